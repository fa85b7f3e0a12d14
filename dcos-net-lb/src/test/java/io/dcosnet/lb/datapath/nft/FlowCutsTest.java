// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.nft.FlowCuts.Cut;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.conntrack.Conntrack.Deletion;
import io.dcosnet.linux.conntrack.Flow;
import io.dcosnet.linux.conntrack.FlowDirection;
import io.dcosnet.linux.conntrack.FlowFilter;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlowCutsTest {

  private static final HostPort BACKEND = HostPort.parse("192.0.2.7:80");
  private static final HostPort CLIENT = HostPort.parse("198.51.100.9:40000");
  private static final Frontend WEB = web(1);
  private static final Frontend API = web(2);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Table table = new Table();
  private final FlowCuts flows = new FlowCuts(table);
  private final Suspects suspects = new Suspects();

  private static Frontend web(int number) {
    return new Frontend(Protocol.TCP, HostPort.parse("11.9.0." + number + ":80"));
  }

  private static Flow flow(Frontend to) {
    HostPort vip = to.endpoint();
    return new Flow(
        new FlowDirection(
            FlowDirection.TCP, CLIENT.address(), CLIENT.port(), vip.address(), vip.port()),
        new FlowDirection(
            FlowDirection.TCP, BACKEND.address(), BACKEND.port(), CLIENT.address(), CLIENT.port()),
        1,
        0,
        60,
        0,
        3);
  }

  /** A kernel that keeps the flows of some services, or tells nothing. */
  private static final class Table implements FlowTable {
    final List<Flow> flows = new ArrayList<>();
    final Set<Frontend> kept = new HashSet<>();
    @Nullable KernelException failure;

    @Override
    public List<Flow> flows(boolean ipv4) {
      if (failure != null) {
        throw failure;
      }
      return List.copyOf(flows);
    }

    @Override
    public List<Flow> flows(FlowFilter filter) {
      return flows(true).stream().filter(filter::matches).toList();
    }

    @Override
    public Deletion delete(List<Flow> some) {
      List<Refusal> refused = new ArrayList<>();
      for (Flow flow : some) {
        if (kept.contains(FlowCuts.frontend(flow))) {
          refused.add(
              new Refusal(
                  some.indexOf(flow),
                  Request.of("delete", flow, 0, 0, writer -> {}),
                  new Errno(16),
                  Optional.of("busy"),
                  OptionalInt.empty()));
        } else {
          flows.remove(flow);
        }
      }
      return new Deletion(some.size() - refused.size(), refused);
    }
  }

  @Test
  void whatIsRefusedOfOneServiceIsTriedAgainAndDisturbsNoOther() {
    table.flows.addAll(List.of(flow(WEB), flow(API)));
    table.kept.add(WEB);
    suspects.use(Set.of(WEB, API));
    suspects.add(Map.of(WEB, Set.of(), API, Set.of()));

    Cut cut = suspects.cut(flows, 0);

    assertThat(cut.count()).isEqualTo(1);
    assertThat(cut.failed()).containsOnlyKeys(WEB);
    assertThat(cut.failed().get(WEB)).contains("busy");
    assertThat(table.flows).containsExactly(flow(WEB));
    assertThat(suspects.isDue(SECOND - 1)).isFalse();
    assertThat(suspects.isDue(SECOND)).isTrue();
    Cut second = suspects.cut(flows, SECOND);
    assertThat(second.failed()).containsOnlyKeys(WEB);
    assertThat(suspects.isDue(3 * SECOND - 1)).as("less and less often").isFalse();

    table.kept.clear();
    assertThat(suspects.cut(flows, 3 * SECOND).count()).isEqualTo(1);
    assertThat(suspects.isDue(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void allStaySuspectWhenNothingCanBeKnownOfFlows() {
    table.flows.add(flow(WEB));
    table.failure = new KernelException("list flows", Errno.EBUSY);
    suspects.use(Set.of(WEB));
    suspects.add(Map.of(WEB, Set.of()));
    assertThatThrownBy(() -> suspects.cut(flows, 0)).isSameAs(table.failure);
    table.failure = null;
    assertThat(suspects.isDue(SECOND)).isTrue();
    assertThat(suspects.cut(flows, SECOND).count()).isEqualTo(1);
  }

  @Test
  void aServiceThatLosesItsCounterIsRememberedToHaveHadConnections() {
    suspects.look(Set.of(WEB), counted -> counted.equals(WEB) ? 3 : 0);
    table.flows.add(flow(WEB));
    suspects.add(Map.of(WEB, Set.of()));
    suspects.look(Set.of(), counted -> 0);
    assertThat(suspects.cut(flows, 0).count()).isEqualTo(1);
  }

  @Test
  void whoNeverHadAConnectionIsNotLookedForBeforeTheNextComparison() {
    table.flows.add(flow(WEB));
    suspects.add(Map.of(WEB, Set.of()));
    suspects.look(Set.of(), counted -> 0);
    assertThat(suspects.cut(flows, 0).count()).isZero();
    assertThat(suspects.cutAll(flows, frontend -> Set.of(), 0).count()).isEqualTo(1);
    assertThat(suspects.takeAgain()).as("once is enough").isEmpty();
  }
}
