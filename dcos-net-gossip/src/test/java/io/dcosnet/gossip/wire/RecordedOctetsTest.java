// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.wire.BodyProperties.Taken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The octets of version 1, as they were written once: whoever changes one of them can no longer
 * talk to nodes that run already.
 */
class RecordedOctetsTest {

  @Test
  void writesAndReadsWhatWasRecorded() throws IOException {
    Map<String, String> recorded = recorded();
    Map<String, Message> samples = SampleMessages.all();

    samples.forEach(
        (name, message) -> {
          byte[] octets = BodyProperties.bodyOf(List.of(message));
          assertThat(HexFormat.of().formatHex(octets)).as(name).isEqualTo(recorded.get(name));
          Taken taken = Taken.of(HexFormat.of().parseHex(recorded.get(name)));
          assertThat(taken.messages).as(name).containsExactly(message);
        });

    assertThat(recorded.keySet()).isEqualTo(samples.keySet());
  }

  @Test
  void knowsASampleOfEachKindOfMessage() {
    List<Class<?>> kinds = new ArrayList<>();
    for (Class<?> kind : Message.class.getPermittedSubclasses()) {
      if (kind == Fact.class) {
        kinds.addAll(Arrays.asList(Fact.class.getPermittedSubclasses()));
      } else {
        kinds.add(kind);
      }
    }

    assertThat(SampleMessages.all().values().stream().<Class<?>>map(Message::getClass).distinct())
        .containsExactlyInAnyOrderElementsOf(kinds);
  }

  /** No flipped bit and no cut makes it throw or read more than there is. */
  @Test
  void survivesEachFlippedBitAndEachCut() {
    byte[] body = BodyProperties.bodyOf(List.copyOf(SampleMessages.all().values()));
    for (int bit = 0; bit < 8 * body.length; bit++) {
      byte[] flipped = body.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Taken.of(flipped).check(body.length);
    }
    for (int length = 0; length < body.length; length++) {
      Taken.of(Arrays.copyOf(body, length)).check(length);
    }
  }

  private static Map<String, String> recorded() throws IOException {
    Map<String, String> recorded = new LinkedHashMap<>();
    try (InputStream in =
        Objects.requireNonNull(RecordedOctetsTest.class.getResourceAsStream("messages-v1.txt"))) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          String[] parts = line.split(" ", 2);
          recorded.put(parts[0], parts[1]);
        }
      }
    }
    return recorded;
  }
}
