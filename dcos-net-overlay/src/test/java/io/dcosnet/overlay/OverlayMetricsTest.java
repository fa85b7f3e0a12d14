// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.overlay.config.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The figures are those of the table in the documentation, with the same kinds and tags. */
class OverlayMetricsTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `(dcosnet\\.overlay\\.[a-z.]+)` \\| ([a-z]+) \\| ?([a-z, ]*)\\|");

  @Test
  void allFiguresAreDocumented() throws IOException {
    Names names = new Names();
    OverlayMetrics metrics = new OverlayMetrics(names);
    metrics.state(() -> AllocationStatus.idle(0, ""), Optional::empty);
    metrics.pools(
        NetworkConfig.parse(
            """
            {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:b3:d5:00:00:00",
             "overlays":[{"name":"a","subnet":"9.0.0.0/8","prefix":24}]}"""),
        pool -> Optional.empty());
    metrics.assigned();
    metrics.removed(1);
    metrics.failed("VTEP_EXHAUSTED");
    metrics.steppedDown(true);
    MasterMetrics master = new MasterMetrics(names);
    master.watch(
        () ->
            new MasterStatus(
                AllocationStatus.idle(0, ""),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                List.of(),
                List.of(),
                0),
        Optional::empty);

    assertThat(names.seen).isEqualTo(documented());
  }

  private static Set<String> documented() throws IOException {
    Set<String> rows = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("../docs/overlay-allocation.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(row.group(1) + " " + row.group(2) + " " + row.group(3).strip());
      }
    }
    return rows;
  }

  /** Keeps what was asked for. */
  private static final class Names implements MetricsSink {
    private final Set<String> seen = new TreeSet<>();

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
}
