// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptAgentsTest {

  private static final Agent S1 = Agent.at("S1", IpAddress.parse("192.0.2.1"));
  private static final Agent S2 = Agent.at("S2", IpAddress.parse("192.0.2.2"));
  private static final Framework F = Framework.named("F", "marathon");
  private static final Task WEB = Task.named("web").framework("F").runningOn("S1").build();
  private static final Task DB = Task.named("db").framework("F").runningOn("S2").build();

  private static final ClusterState OLD =
      ClusterState.of(List.of(WEB, DB), List.of(S1, S2), List.of(F), Masters.NONE);

  private ClusterState source = ClusterState.EMPTY;

  private static ClusterState awaiting(String... agents) {
    return ClusterState.EMPTY.with(Masters.NONE.awaiting(Set.of(agents)));
  }

  private ClusterChange follow(KeptAgents kept, ClusterState next) {
    ClusterState before = kept.merged();
    ClusterUpdate update = new ClusterUpdate(source, next, ClusterChange.between(source, next));
    source = next;
    ClusterChange change = kept.follow(update);
    assertThat(before.apply(change)).isEqualTo(kept.merged());
    ClusterChange between = ClusterChange.between(before, kept.merged());
    assertThat(change.tasks()).containsExactlyInAnyOrderElementsOf(between.tasks());
    assertThat(change.agents()).containsExactlyInAnyOrderElementsOf(between.agents());
    assertThat(change.frameworks()).containsExactlyInAnyOrderElementsOf(between.frameworks());
    assertThat(change.masters()).isEqualTo(between.masters());
    return change;
  }

  @Test
  void anOldStateIsNothingWithoutAwaitedAgents() {
    KeptAgents kept = new KeptAgents(OLD);

    follow(kept, ClusterState.EMPTY.with(S1));

    assertThat(kept.merged()).isEqualTo(ClusterState.EMPTY.with(S1));
  }

  @Test
  void keepsWhatRunsOnAwaitedAgents() {
    KeptAgents kept = new KeptAgents(OLD);

    follow(kept, awaiting("S1", "S3"));

    assertThat(kept.merged())
        .isEqualTo(
            ClusterState.of(
                List.of(WEB), List.of(S1), List.of(F), Masters.NONE.awaiting(Set.of("S3"))));
  }

  @Test
  void anAgentThatIsBackCountsAsTheSourceSays() {
    KeptAgents kept = new KeptAgents(OLD);
    follow(kept, awaiting("S1", "S2"));
    Task other = Task.named("other").framework("F").runningOn("S1").build();

    ClusterState back = awaiting("S2").with(S1).with(F).with(other);
    follow(kept, back);

    assertThat(kept.merged())
        .isEqualTo(ClusterState.of(List.of(other, DB), List.of(S1, S2), List.of(F), Masters.NONE));
  }

  @Test
  void anAgentThatIsGivenUpIsGoneWithItsTasksAndFrameworks() {
    KeptAgents kept = new KeptAgents(OLD);
    follow(kept, awaiting("S1"));

    follow(kept, ClusterState.EMPTY);

    assertThat(kept.merged()).isEqualTo(ClusterState.EMPTY);
  }

  @Test
  void whatTheSourceSaysOfATaskHolds() {
    KeptAgents kept = new KeptAgents(OLD);
    follow(kept, awaiting("S1"));
    Task moved = WEB.toBuilder().runningOn("S9").build();

    follow(kept, awaiting("S1").with(moved));

    assertThat(kept.merged().tasks()).containsExactly(moved);
  }

  @Test
  void theNextElectionKeepsWhatWasKnownByThen() {
    KeptAgents kept = new KeptAgents(ClusterState.EMPTY);
    follow(kept, OLD);

    follow(kept, awaiting("S2"));

    assertThat(kept.merged())
        .isEqualTo(ClusterState.of(List.of(DB), List.of(S2), List.of(F), Masters.NONE));
  }
}
