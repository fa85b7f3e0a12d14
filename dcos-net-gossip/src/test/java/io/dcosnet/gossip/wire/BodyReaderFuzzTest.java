// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.gossip.wire.BodyProperties.Taken;

/** Nothing is thrown, and what is taken can be written and is then the same. */
class BodyReaderFuzzTest {

  @FuzzTest
  void everyBodyIsReadOrRefused(byte[] body) {
    KnownFacts known = new KnownFacts(16);

    Taken taken = Taken.of(body, known);

    taken.check(body.length);
    assertThat(Taken.of(body, known).messages).isEqualTo(taken.messages);
    Taken again = Taken.of(BodyProperties.bodyOf(taken.messages));
    assertThat(again.messages).isEqualTo(taken.messages);
    assertThat(again.faults).isEmpty();
  }
}
