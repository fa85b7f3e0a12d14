// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Small clusters from a handful of names, so that things meet often. */
final class Clusters extends DomainContextBase {

  private static Arbitrary<String> name(String prefix, int count) {
    return Arbitraries.integers().between(1, count).map(i -> prefix + i);
  }

  @Provide
  Arbitrary<Task> task() {
    return Combinators.combine(
            name("F", 2),
            name("t", 6),
            name("web", 3),
            name("S", 3),
            Arbitraries.of(TaskState.RUNNING, TaskState.KILLING))
        .as(
            (framework, id, name, agent, state) ->
                Task.named(name).id(id).framework(framework).runningOn(agent).state(state).build());
  }

  @Provide
  Arbitrary<Agent> agent() {
    return Combinators.combine(name("S", 4), Arbitraries.integers().between(1, 2))
        .as((id, last) -> Agent.at(id, IpAddress.parse("192.0.2." + last)));
  }

  @Provide
  Arbitrary<Framework> framework() {
    return Combinators.combine(name("F", 3), name("scheduler", 2)).as(Framework::named);
  }

  @Provide
  Arbitrary<App> app() {
    return Combinators.combine(name("/app", 3), name("v", 2))
        .as((id, version) -> App.named(id).version(version).build());
  }

  @Provide
  Arbitrary<Pod> pod() {
    return Combinators.combine(name("/pod", 2), Arbitraries.of(Pod.Status.class))
        .as((id, status) -> new Pod(id, "", status, null, Map.of(), List.of(), List.of()));
  }

  @Provide
  Arbitrary<Masters> masters() {
    return Arbitraries.of("192.0.2.1:5050", "192.0.2.2:5050")
        .map(endpoint -> new Masters(List.of(), new Master(HostPort.parse(endpoint), "")));
  }

  @Provide
  Arbitrary<ClusterState> state() {
    return Combinators.combine(
            task().list().ofMaxSize(12),
            agent().list().ofMaxSize(4),
            framework().list().ofMaxSize(3),
            app().list().ofMaxSize(3),
            pod().list().ofMaxSize(3),
            Arbitraries.oneOf(masters(), Arbitraries.just(Masters.NONE)))
        .as(
            (tasks, agents, frameworks, apps, pods, masters) -> {
              ClusterState state = ClusterState.of(tasks, agents, frameworks, masters);
              for (App app : apps) {
                state = state.with(app);
              }
              for (Pod pod : pods) {
                state = state.with(pod);
              }
              return state;
            });
  }
}
