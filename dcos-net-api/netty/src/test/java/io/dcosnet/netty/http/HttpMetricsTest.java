// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HttpMetricsTest {

  private static final Pattern ROW =
      Pattern.compile("^\\| `(dcosnet[.a-z_]+)` \\| (\\w+) \\| (.+) \\|$", Pattern.MULTILINE);

  @Test
  void figuresAreThoseOfTheDocumentation() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(document()));
    while (row.find()) {
      documented.put(row.group(1), row.group(2) + ": " + row.group(3));
    }
    Names names = new Names();

    var unused = new HttpMetrics(names, "test", () -> 0);
    NetRuntime.builder().metrics(names).build().close();

    assertThat(names.seen).isEqualTo(documented);
  }

  /** Beside the sources of the project, some folders above the module. */
  private static Path document() {
    for (Path folder = Path.of("").toAbsolutePath(); ; folder = folder.getParent()) {
      assertThat(folder).as("a folder that holds docs/http-server.md").isNotNull();
      Path document = folder.resolve("docs/http-server.md");
      if (Files.exists(document)) {
        return document;
      }
    }
  }

  private static final class Names implements MetricsSink {
    final Map<String, String> seen = new TreeMap<>();

    @Override
    public Counter counter(String name, String help, String... tags) {
      seen.put(name, "counter: " + help);
      return amount -> {};
    }

    @Override
    public void gauge(String name, String help, LongSupplier value, String... tags) {
      seen.put(name, "gauge: " + help);
    }

    @Override
    public LongConsumer distribution(String name, String help, String... tags) {
      seen.put(name, "distribution: " + help);
      return value -> {};
    }
  }
}
