// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

/** A single message. <b>Confined to</b> one thread. */
final class OneResponse implements TransferService.Responses {

  private final byte[] octets;
  private boolean given;

  OneResponse(byte[] octets) {
    this.octets = octets;
  }

  @Override
  public int next() {
    int length = given ? 0 : octets.length;
    given = true;
    return length;
  }

  @Override
  public byte[] octets() {
    return octets;
  }

  @Override
  public void close() {}
}
