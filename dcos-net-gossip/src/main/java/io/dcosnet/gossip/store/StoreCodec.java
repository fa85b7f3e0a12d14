// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;

/**
 * The octets of deltas, cells and clocks, the same on the wire and on disk: a table of the replicas
 * that occur in front, varints behind. Decoding makes nothing larger than four times its input and
 * a mebibyte, and throws nothing but {@link DecodeException}. <b>Thread-safe.</b>
 */
public final class StoreCodec {

  private StoreCodec() {}

  public static Bytes encode(Delta delta) {
    throw new UnsupportedOperationException();
  }

  public static Delta decodeDelta(Bytes octets) throws DecodeException {
    throw new UnsupportedOperationException();
  }

  public static Bytes encode(KeyState state) {
    throw new UnsupportedOperationException();
  }

  public static KeyState decodeKeyState(Bytes octets) throws DecodeException {
    throw new UnsupportedOperationException();
  }

  public static Bytes encode(DotClock clock) {
    throw new UnsupportedOperationException();
  }

  public static DotClock decodeClock(Bytes octets) throws DecodeException {
    throw new UnsupportedOperationException();
  }

  /** A list of dots, as IHAVE and GRAFT carry it. */
  public static Bytes encode(java.util.List<Dot> dots) {
    throw new UnsupportedOperationException();
  }

  public static java.util.List<Dot> decodeDots(Bytes octets) throws DecodeException {
    throw new UnsupportedOperationException();
  }
}
