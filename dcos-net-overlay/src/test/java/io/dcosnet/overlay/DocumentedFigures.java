// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.MetricsSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps what was asked for, to be compared with the tables of the documentation. */
final class DocumentedFigures implements MetricsSink {

  private static final Pattern ROW =
      Pattern.compile("\\| `(dcosnet\\.overlay\\.[a-z.]+)` \\| ([a-z]+) \\| ?([a-z, ]*)\\|.*");

  private final Set<String> seen = new TreeSet<>();

  /** Name, kind and tags of each figure that a table of this document has. */
  static Set<String> in(String document) throws IOException {
    Set<String> rows = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of(document))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(row.group(1) + " " + row.group(2) + " " + row.group(3).strip());
      }
    }
    return rows;
  }

  /** The same of what was asked for. */
  Set<String> seen() {
    return seen;
  }

  private void add(String name, String kind, String... tags) {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < tags.length; i += 2) {
      keys.append(i == 0 ? "" : ", ").append(tags[i]);
    }
    seen.add(name + " " + kind + " " + keys);
    assertThat(Arrays.asList(tags)).doesNotContainNull();
  }

  @Override
  public Counter counter(String name, String help, String... tags) {
    add(name, "counter", tags);
    return amount -> {};
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {
    add(name, "gauge", tags);
    assertThat(value.getAsLong()).isZero();
  }

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    add(name, "distribution", tags);
    return value -> {};
  }
}
