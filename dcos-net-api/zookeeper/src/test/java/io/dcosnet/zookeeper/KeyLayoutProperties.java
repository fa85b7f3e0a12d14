// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.dcosnet.api.store.StoreKeys;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.zookeeper.common.PathUtils;

class KeyLayoutProperties {

  private final KeyLayout layout = new KeyLayout("/s/keys");

  /** The shards were computed by another program. */
  @Example
  void putsAShardBeforeTheLastPart() {
    assertThat(layout.path("agents/7b1e")).isEqualTo("/s/keys/agents/~f1/7b1e");
    assertThat(layout.path("config")).isEqualTo("/s/keys/~78/config");
  }

  @Example
  void escapesWhatZooKeeperForbids() {
    assertThat(layout.path("a %ä")).isEqualTo("/s/keys/~ff/a%20%25%C3%A4");
    assertThat(layout.path("./..")).isEqualTo("/s/keys/%2E/~a4/%2E%2E");
    assertThat(layout.path("//")).isEqualTo("/s/keys/%/%/~93/%");
  }

  @Example
  void namesAllDirectoriesFromTheTopDown() {
    assertThat(layout.directoriesOf("/s/keys/a/b/~00/x"))
        .containsExactly("/s/keys/a", "/s/keys/a/b", "/s/keys/a/b/~00");
  }

  @Example
  void knowsNoKeyForNodesOfOthers() {
    assertThat(layout.key("/s/keys/agents/~93/x")).isEqualTo("agents/x");
    assertThat(layout.key("/s/keys/agents/~zz/x")).isNull();
    assertThat(layout.key("/s/keys/~93/x y")).isNull();
    assertThat(layout.key("/s/keys/~93/%78")).isNull();
    assertThat(layout.key("/s/keys/~93/%F")).isNull();
    assertThat(layout.key("/s/keys/~93/%FF")).isNull();
    assertThat(layout.key("/s/keys/~93/ä")).isNull();
  }

  @Property
  void everyKeyHasALegalPathThatLeadsBack(@ForAll("keys") String key) {
    String path = layout.path(key);

    assertThatCode(() -> PathUtils.validatePath(path)).doesNotThrowAnyException();
    assertThat(layout.key(path)).isEqualTo(key);
    for (String directory : layout.directoriesOf(path)) {
      assertThatCode(() -> PathUtils.validatePath(directory)).doesNotThrowAnyException();
    }
  }

  /** Or a node would be the directory of one key and the value of another. */
  @Property
  void noDirectoryIsAKey(@ForAll("keys") String one, @ForAll("keys") String other) {
    assertThat(layout.directoriesOf(layout.path(one))).doesNotContain(layout.path(other));
  }

  @Example
  void spreadsManyKeysEvenly() {
    Map<String, Integer> shards = new HashMap<>();
    for (int i = 0; i < 65_536; i++) {
      String path = layout.path("vtep/44.%d.%d.1".formatted(i / 256, i % 256));
      shards.merge(path.substring(0, path.lastIndexOf('/')), 1, Integer::sum);
    }

    assertThat(shards).hasSize(256);
    assertThat(shards.values()).allMatch(count -> count > 128 && count < 512);
  }

  @Provide
  static Arbitrary<String> keys() {
    Arbitrary<String> part =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(12),
            Arbitraries.strings().withChars("a.~%0").ofMaxLength(4));
    return Combinators.combine(part.list().ofMinSize(1).ofMaxSize(4), part)
        .as((parts, last) -> String.join("/", parts) + last)
        .filter(KeyLayoutProperties::isLegal);
  }

  private static boolean isLegal(String key) {
    try {
      return StoreKeys.requireKey(key) > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
