// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import java.util.random.RandomGenerator;

/**
 * Numbers that nobody can guess, taken from their source many at a time: asking a secure source for
 * each id would cost more than the rest of the query.
 *
 * <p><b>Confined to</b> one event loop; the source may be shared when it is thread-safe.
 */
final class SecretRandom implements RandomGenerator {

  private static final int BATCH = 1024;

  private final RandomGenerator source;
  private final byte[] octets = new byte[BATCH];
  private int at = BATCH;

  SecretRandom(RandomGenerator source) {
    this.source = source;
  }

  @Override
  public int nextInt() {
    if (at + Integer.BYTES > BATCH) {
      source.nextBytes(octets);
      at = 0;
    }
    int bits = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      bits = bits << 8 | (octets[at + i] & 0xff);
      octets[at + i] = 0; // what was used is nobody's business any more
    }
    at += Integer.BYTES;
    return bits;
  }

  @Override
  public long nextLong() {
    return (long) nextInt() << 32 | (nextInt() & 0xffff_ffffL);
  }
}
