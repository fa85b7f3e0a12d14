// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.store.StoreImage;
import java.util.function.Consumer;

/**
 * Where a replica keeps what it must find again; called on the replica's thread only, and answers
 * there in the order of the calls, be it later or before a call returns.
 */
public interface StoreLog {

  /** Keeps nothing; all is as safe as it will ever be at once. */
  static StoreLog none() {
    return new NoLog();
  }

  /**
   * Adds a record.
   *
   * @param own whether the host's users wait for it; what came from others can be had from them
   *     again, so it is never waited for
   * @param done told an empty text when the record is as safe as the policy asks, so that it may be
   *     told to others; otherwise what is wrong with the disk
   */
  void append(Bytes record, boolean own, Consumer<String> done);

  /**
   * Runs {@code then} when all records so far are on disk for good (fsync), whatever the policy;
   * never when the disk fails.
   */
  void settled(Runnable then);

  /** Octets of records that were added and have yet to be written. */
  long waiting();

  /** Whether so much was added since the last snapshot that a new one is worth it. */
  boolean wantsSnapshot();

  /** Replaces all records so far by an image. */
  void snapshot(StoreImage image);
}
