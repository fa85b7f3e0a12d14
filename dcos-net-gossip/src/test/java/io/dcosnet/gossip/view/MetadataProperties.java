// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;

class MetadataProperties {

  @Property(tries = 300)
  void everyMapComesBack(
      @ForAll @Size(max = 5)
          Map<@NotEmpty @StringLength(max = 10) String, @StringLength(max = 20) String> pairs) {
    Map<String, String> valid = new LinkedHashMap<>();
    pairs.forEach((key, value) -> valid.put(printable(key), printable(value)));

    assertThat(Metadata.decode(Metadata.encode(valid))).isEqualTo(valid);
  }

  private static String printable(String text) {
    // A lone half of a pair of surrogates is no text and has no UTF-8.
    return text.codePoints()
        .map(point -> Character.getType(point) == Character.SURROGATE ? 'x' : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Property(tries = 300)
  void theOrderOfThePairsDoesNotMatter(
      @ForAll @Size(min = 2, max = 6) @UniqueElements List<@StringLength(value = 4) String> keys) {
    List<String> texts = new ArrayList<>(keys.stream().map(key -> "k" + key.hashCode()).toList());
    Map<String, String> forwards = new LinkedHashMap<>();
    texts.forEach(key -> forwards.put(key, "v" + key));
    Collections.reverse(texts);
    Map<String, String> backwards = new LinkedHashMap<>();
    texts.forEach(key -> backwards.put(key, "v" + key));

    assertThat(Metadata.encode(backwards)).isEqualTo(Metadata.encode(forwards));
  }

  @Property(tries = 1000)
  void anyOctetsAreMetadataOrRefused(@ForAll @Size(max = 64) byte[] octets) {
    try {
      assertThat(Metadata.decode(Bytes.copyOf(octets))).isNotNull();
    } catch (DecodeException e) {
      assertThat(e).hasMessageStartingWith("metadata");
    }
  }

  @Example
  void noPairsTakeNoOctets() {
    assertThat(Metadata.encode(Map.of())).isEqualTo(Bytes.EMPTY);
    assertThat(Metadata.decode(Bytes.EMPTY)).isEmpty();
  }

  @Example
  void tooMuchIsRefused() {
    assertThatThrownBy(() -> Metadata.encode(Map.of("key", "v".repeat(600))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512");
    assertThatThrownBy(() -> Metadata.encode(Map.of("", "value")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Metadata.encode(Map.of("k".repeat(256), "value")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
