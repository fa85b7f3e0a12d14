// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.diag.InetSocket;
import io.dcosnet.linux.diag.SocketQuery;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is known of connections after looks at some of them. */
@SuppressWarnings("NullAway") // nothing here is cut
class FlowsTest {

  private static final Frontend WEB = new Frontend(Protocol.TCP, HostPort.parse("192.0.2.100:80"));
  private static final HostPort STAYS = HostPort.parse("192.0.2.1:8000");
  private static final HostPort DRAINS = HostPort.parse("192.0.2.2:8000");

  private final Flows flows = new Flows();
  private final Targets targets =
      new Targets(
          VipTable.of(
              List.of(
                  new Service(
                      VipKey.named(Protocol.TCP, "web.marathon", 80),
                      WEB,
                      List.of(
                          Target.up(STAYS, 1),
                          new Target(DRAINS, Backend.State.DRAINING, 0, Target.NEVER))))));

  private static Carried to(HostPort backend, int number) {
    HostPort local = HostPort.parse("192.0.2.9:" + (40_000 + number));
    InetSocket socket =
        new InetSocket(
            false, SocketQuery.TCP, SocketQuery.ESTABLISHED, local, backend, 0, number, Map.of());
    return new Carried(WEB, backend, socket, null);
  }

  @Test
  void aLookAtSomeBackEndsLeavesWhatIsKnownOfTheOthers() {
    assertThat(flows.note(List.of(to(STAYS, 1), to(DRAINS, 2)), targets, Scope.ALL)).isEmpty();
    assertThat(flows.draining()).containsExactly(DRAINS);

    assertThat(flows.note(List.of(), targets, Scope.of(Set.of(STAYS)))).isEmpty();
    assertThat(flows.active(WEB)).isEqualTo(Map.of(DRAINS, 1));

    assertThat(flows.note(List.of(), targets, Scope.of(Set.of(DRAINS))))
        .containsExactly(new Flows.Place(WEB, DRAINS));
    assertThat(flows.active(WEB)).isEmpty();
    assertThat(flows.draining()).isEmpty();
  }

  @Test
  void aScopeOfTooManyIsAll() {
    Set<HostPort> many = new HashSet<>();
    for (int i = 1; i <= SocketQuery.MOST_REMOTES; i++) {
      many.add(HostPort.parse("192.0.2.1:" + i));
    }
    assertThat(Scope.of(many).all()).isFalse();
    assertThat(Scope.of(many).plus(Scope.of(Set.of(STAYS)))).isEqualTo(Scope.ALL);
    assertThat(Scope.NONE.plus(Scope.NONE).isEmpty()).isTrue();
  }
}
