// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

/**
 * Where an answer goes and from which of our addresses it leaves, taken from a datagram; for {@link
 * BatchUdpSocket#send(ReturnAddress, byte[], int)}. <b>Immutable.</b>
 */
public final class ReturnAddress {

  private final byte[] name;
  private final byte[] control;

  ReturnAddress(byte[] name, byte[] control) {
    this.name = name;
    this.control = control;
  }

  /** As the kernel gave it; not to be changed. */
  byte[] name() {
    return name;
  }

  /** As the kernel gave it, made fit for an answer; not to be changed. */
  byte[] control() {
    return control;
  }
}
