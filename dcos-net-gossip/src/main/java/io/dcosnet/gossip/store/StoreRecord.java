// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;

/** What a log of a store consists of; replayed in order they give the store again. */
public final class StoreRecord {

  private StoreRecord() {}

  /** A delta that was made here or taken in. */
  public static Bytes of(Delta delta) {
    throw new UnsupportedOperationException();
  }

  /** A key as it is after a join; its cell replaces the one before, and its dots are seen. */
  public static Bytes joined(KeyState state) {
    throw new UnsupportedOperationException();
  }

  /** A clock that was caught up with. */
  public static Bytes caughtUp(DotClock clock) {
    throw new UnsupportedOperationException();
  }

  /** Writes up to a time are known to be everywhere. */
  public static Bytes stripped(long stable) {
    throw new UnsupportedOperationException();
  }
}
