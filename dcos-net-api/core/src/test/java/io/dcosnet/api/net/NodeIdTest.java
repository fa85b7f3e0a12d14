// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import java.util.SplittableRandom;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {

  @Property
  void readsWhatItWrites(@ForAll long high, @ForAll long low) {
    NodeId id = new NodeId(new UUID(high, low));

    assertThat(NodeId.parse(id.toString())).isEqualTo(id);
  }

  @Property
  void makesRandomIdsOfTheRightKind(@ForAll long seed) {
    NodeId id = NodeId.random(new SplittableRandom(seed));

    assertThat(id.uuid().version()).isEqualTo(4);
    assertThat(id.uuid().variant()).isEqualTo(2);
    assertThat(id).isEqualTo(NodeId.random(new SplittableRandom(seed)));
    assertThat(id).isNotEqualTo(NodeId.random(new SplittableRandom(seed + 1)));
  }

  @Property
  void sortsAsItsTextDoes(
      @ForAll long high, @ForAll long low, @ForAll long high2, @ForAll long low2) {
    NodeId a = new NodeId(new UUID(high, low));
    NodeId b = new NodeId(new UUID(high2, low2));

    assertThat(Integer.signum(a.compareTo(b)))
        .isEqualTo(Integer.signum(a.toString().compareTo(b.toString())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0-0-0-0-0",
        "0b5a8c4e3c1f4d6b9b0e1f2a3b4c5d6e",
        "0b5a8c4e-3c1f-4d6b-9b0e-1f2a3b4c5d6",
        "0b5a8c4e-3c1f-4d6b-9b0e-1f2a3b4c5d6e0",
        "0b5a8c4e0-3c1-4d6b-9b0e-1f2a3b4c5d6e",
        "+b5a8c4e-3c1f-4d6b-9b0e-1f2a3b4c5d6e",
        "gb5a8c4e-3c1f-4d6b-9b0e-1f2a3b4c5d6e"
      })
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> NodeId.parse(text)).isInstanceOf(DecodeException.class);
  }
}
