// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

/**
 * How much a store takes. <b>Immutable.</b>
 *
 * @param keys beyond which no new key is written here; others' are still taken in up to a quarter
 *     more
 * @param octets of all keys and values beyond which nothing is written here; others' writes are
 *     still taken in up to a quarter more
 * @param largestWrite octets of a key's value beyond which nothing is written here
 * @param largestTaken octets of a key's value beyond which it is not taken from others either
 */
public record StoreLimits(int keys, long octets, int largestWrite, int largestTaken) {

  /** 250 000 keys, 512 MiB, 4 and 8 MiB. */
  public static final StoreLimits USUAL = new StoreLimits(250_000, 512L << 20, 4 << 20, 8 << 20);
}
