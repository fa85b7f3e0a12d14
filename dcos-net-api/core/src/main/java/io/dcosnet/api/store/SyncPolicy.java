// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

/**
 * When a record counts as safe. What counts as safe outlives the process under each of them; they
 * differ in what a machine may lose that goes down.
 */
public enum SyncPolicy {
  /** When it is on disk for good: nothing. */
  EACH,

  /**
   * When the operating system has it; it is on disk for good {@value #INTERVAL_MILLIS} ms later:
   * what was written in this time.
   */
  INTERVAL,

  /**
   * As {@link #INTERVAL}, but on disk for good only when the system likes, and with {@link
   * Journal#settled}, {@link Journal#compact} and {@link Journal#close}: all that was written since
   * the last of those.
   */
  NONE;

  /** How long records may wait for a sync under {@link #INTERVAL}. */
  public static final int INTERVAL_MILLIS = 200;
}
