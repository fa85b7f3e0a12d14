// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.edge.EdgeExplanation.Outcome;
import io.dcosnet.lb.edge.RecordedSet.Exchange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real traffic through the real Marathon-LB met is what the model says. */
class RecordedRequestsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void explainsEachRequestAsItWasRecorded(int set) {
    RecordedSet recorded = RecordedSet.read(set);
    EdgeModel model = model(recorded.apps());

    List<String> different = new ArrayList<>();
    for (Exchange exchange : recorded.exchanges()) {
      EdgeExplanation explained = model.explain(exchange.request());
      String found = status(explained) + servers(explained) + location(explained);
      String expected = exchange.status() + exchange.servers() + exchange.location();
      if (!found.equals(expected)) {
        different.add(exchange + " but " + explained);
      }
    }

    assertThat(recorded.exchanges()).hasSizeGreaterThan(100);
    assertThat(different).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void doesNotDependOnTheOrderOfApps(int set) {
    RecordedSet recorded = RecordedSet.read(set);
    List<App> reversed = new ArrayList<>(recorded.apps());
    Collections.reverse(reversed);

    assertThat(model(reversed).digest()).isEqualTo(model(recorded.apps()).digest());
  }

  static EdgeModel model(List<App> apps) {
    return EdgeModel.of(apps, EdgeOptions.forGroups("external").build(), HostAddresses.NONE, null);
  }

  private static String status(EdgeExplanation explained) {
    return explained.outcome() == Outcome.REFUSED ? "refused" : String.valueOf(explained.status());
  }

  private static List<String> servers(EdgeExplanation explained) {
    return explained.servers().stream().map(HostPort::toString).sorted().toList();
  }

  private static String location(EdgeExplanation explained) {
    return Objects.requireNonNullElse(explained.location(), "");
  }
}
