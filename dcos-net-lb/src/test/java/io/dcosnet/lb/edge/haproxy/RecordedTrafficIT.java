// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.RecordedSet;
import io.dcosnet.lb.edge.RecordedSet.Exchange;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The recorded requests go through the real HAProxy with our configuration, and meet what they met
 * behind the real Marathon-LB. Addresses and ports of the recording are exchanged for free ones.
 */
class RecordedTrafficIT {

  private static final Pattern PORTS =
      Pattern.compile("\\b(?:12[01]\\d\\d|15[01]\\d\\d|33\\d{3}|39\\d{3}|808[01])\\b");

  @TempDir Path folder;

  @BeforeEach
  void askForHaproxy() {
    Required.program("haproxy", "haproxy");
  }

  @ParameterizedTest
  @CsvSource({"1,false", "1,true", "2,false", "2,true"})
  @SuppressWarnings("try") // the servers only have to be there
  void meetsWhatWasRecorded(int set, boolean withMaps) throws IOException {
    RecordedSet recorded = RecordedSet.read(set, RecordedTrafficIT::here);
    List<String> different = new ArrayList<>();
    try (EdgeUnderTest edge =
        EdgeUnderTest.start(
            folder,
            EdgeOptions.forGroups("external"),
            recorded.apps(),
            place -> withMaps ? place.withFolder(folder.toString()) : place)) {
      for (Exchange exchange : recorded.exchanges()) {
        String expected = exchange.status() + exchange.servers() + exchange.location();
        String seen = seen(edge, exchange);
        if (!seen.equals(expected)) {
          different.add(exchange + " but " + seen);
        }
      }
    }

    assertThat(different).isEmpty();
  }

  private static String here(String document) {
    return FreePorts.replace(document.replace("127.0.", "127.91."), PORTS);
  }

  private static String seen(EdgeUnderTest edge, Exchange exchange) throws IOException {
    Set<String> servers = new TreeSet<>();
    RunningHaproxy.Answer answer = edge.send(exchange.request());
    int turns = 2 * exchange.servers().size(); // servers take turns: each twice, and one more
    for (int turn = 0; turn < turns && answer.status().equals("200"); turn++) {
      servers.add(answer.server());
      answer = edge.send(exchange.request());
    }
    if (answer.status().equals("200")) {
      servers.add(answer.server());
    }
    return answer.status() + servers + answer.location();
  }
}
