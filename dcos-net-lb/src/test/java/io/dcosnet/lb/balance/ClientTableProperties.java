// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ClientTableProperties {

  private record Step(boolean put, long client, int backend, int passed) {}

  private record Seen(HostPort backend, long atNanos) {}

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            Arbitraries.of(true, true, false),
            Arbitraries.longs().between(0, 200),
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, 3))
        .as(Step::new);
  }

  /** Beside a map that keeps the order in which clients were seen. */
  @Property(tries = 300)
  void remembersWhomItSawLast(
      @ForAll @Size(max = 400) List<@From("steps") Step> steps,
      @ForAll @IntRange(min = 1, max = 150) int most,
      @ForAll @IntRange(min = 1, max = 300) int idle,
      @ForAll long secret) {
    ClientTable table = new ClientTable(most, secret);
    Map<Long, Seen> model = new LinkedHashMap<>();
    long now = Long.MAX_VALUE - 500; // monotonic clocks may overflow on the way
    for (Step step : steps) {
      now += step.passed;
      Seen seen = model.get(step.client);
      boolean known = seen != null && now - seen.atNanos < idle;
      if (step.put) {
        HostPort backend = Draws.endpoint(step.backend);
        table.put(step.client, backend, now, idle);
        model.remove(step.client);
        if (model.size() == most) {
          Iterator<Long> clients = model.keySet().iterator();
          clients.next();
          clients.remove();
        }
        model.put(step.client, new Seen(backend, now));
      } else {
        HostPort found = table.find(step.client, now, idle);
        assertThat(found).isEqualTo(known ? seen.backend : null);
        if (known) {
          model.remove(step.client);
          model.put(step.client, new Seen(seen.backend, now));
        }
      }
      assertThat(table.size()).isLessThanOrEqualTo(most);
    }
  }
}
