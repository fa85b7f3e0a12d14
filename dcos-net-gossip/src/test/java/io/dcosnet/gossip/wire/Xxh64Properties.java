// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class Xxh64Properties {

  @Property
  void twoWordsHashAsTheirOctets(@ForAll long first, @ForAll long second, @ForAll long seed) {
    byte[] octets = ByteBuffer.allocate(16).putLong(first).putLong(second).array();

    assertThat(Xxh64.hash(first, second, seed)).isEqualTo(Xxh64.hash(octets, seed));
  }

  @Property
  void fourWordsAndAnOctetHashAsTheirOctets(
      @ForAll long a, @ForAll long b, @ForAll long c, @ForAll long d, @ForAll int last) {
    byte[] octets =
        ByteBuffer.allocate(33)
            .putLong(a)
            .putLong(b)
            .putLong(c)
            .putLong(d)
            .put((byte) last)
            .array();

    assertThat(Xxh64.hash(a, b, c, d, last)).isEqualTo(Xxh64.hash(octets, 0));
  }
}
