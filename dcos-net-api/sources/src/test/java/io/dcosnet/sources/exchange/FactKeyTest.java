// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactKeyTest {

  private static final NodeId NODE = new NodeId(new UUID(1, 2));
  private static final String WRITER = NODE.toString();

  @Test
  void idsOfMesosStandInTheKey() {
    assertThat(FactKey.task(new TaskKey("F-0001", "web.1"), WRITER))
        .isEqualTo("facts/task/F-0001:web.1/" + WRITER);
    assertThat(FactKey.head(NODE)).isEqualTo("facts/head/" + WRITER);
  }

  @Test
  void everyIdHasAKeyOfItsOwn() {
    List<String> ids =
        List.of(
            "", "a", "a:b", "b", "a/b", "~a", "a+1", "x".repeat(400), "x".repeat(401), "\ud83d");
    Set<String> keys = new HashSet<>();
    int count = 0;
    for (String framework : ids) {
      for (String task : ids) {
        for (int copy = 0; copy < 3; copy++) {
          String key = FactKey.task(new TaskKey(framework, task, copy), WRITER);
          assertThat(key.getBytes(UTF_8)).hasSizeLessThan(ReplicatedStore.MAX_KEY_BYTES);
          assertThat(FactKey.parse(key)).isEqualTo(new FactKey(FactKey.Kind.TASK, WRITER));
          keys.add(key);
          count++;
        }
      }
    }
    assertThat(keys).hasSize(count);
  }

  @Test
  void tellsKindAndWriter() {
    assertThat(FactKey.parse(FactKey.agent("S1", WRITER)))
        .isEqualTo(new FactKey(FactKey.Kind.AGENT, WRITER));
    assertThat(FactKey.parse(FactKey.head(NODE))).isEqualTo(new FactKey(FactKey.Kind.HEAD, WRITER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "facts/", "facts/task/x", "facts/other/x/y", "facts/head/x/y", "lb/vips/a/b"})
  void refusesOtherKeys(String key) {
    assertThatThrownBy(() -> FactKey.parse(key)).isInstanceOf(DecodeException.class);
  }
}
