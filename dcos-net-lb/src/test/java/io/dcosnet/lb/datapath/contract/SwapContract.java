// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients see of back ends that are swapped all the time: nothing. */
@Timeout(180)
@SuppressWarnings("try") // an interrupted test has failed
public abstract class SwapContract extends OnSubject {

  private static final int CLIENTS = 64;
  private static final int SWAPS = 500;
  private static final int SERVERS = 8;

  /** After so many, those that drain leave the table. */
  private static final int SWAPS_OF_A_DRAIN = 25;

  private final SplittableRandom random = new SplittableRandom(20261127);
  private final List<NamedServer> servers = new ArrayList<>();

  /** Those that get new connections, and those that drain. */
  private Set<NamedServer> up = new HashSet<>();

  private final Set<NamedServer> draining = new HashSet<>();

  /** For implementations. */
  protected SwapContract() {}

  /** One to four others, of other weights; whoever was there before drains. */
  private Service swapped() {
    draining.addAll(up);
    up = new HashSet<>();
    List<Target> targets = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      up.add(servers.get(random.nextInt(SERVERS)));
    }
    draining.removeAll(up);
    up.forEach(each -> targets.add(Target.up(each.address(), 1 + random.nextInt(3))));
    for (NamedServer each : draining) {
      targets.add(new Target(each.address(), Backend.State.DRAINING, 0, Target.NEVER));
    }
    return service(Protocol.TCP, 1, targets.toArray(new Target[0]));
  }

  @Test
  void fiveHundredSwapsOfBackEndsFailNoClient() throws Exception {
    for (int i = 0; i < SERVERS; i++) {
      servers.add(keep(new NamedServer("server" + i, subject().backends())));
    }
    Service first = swapped();
    HostPort place = place(serve(first), first);
    try (Crowd crowd = Crowd.connecting(subject(), CLIENTS, place)) {
      crowd.eachAnswered(1);
      for (int swap = 1; swap <= SWAPS; swap++) {
        serve(swapped());
        if (swap % SWAPS_OF_A_DRAIN == 0) {
          crowd.eachAnswered(1); // so all that was begun before has ended
          draining.clear();
        }
      }
      crowd.eachAnswered(1);
      Set<NamedServer> idle = servers.stream().filter(each -> !up.contains(each)).collect(toSet());
      int accepted = idle.stream().mapToInt(NamedServer::accepted).sum();
      crowd.eachAnswered(2);

      assertThat(crowd.failures()).isEmpty();
      assertThat(idle.stream().mapToInt(NamedServer::accepted).sum())
          .as("connections to back ends that drain")
          .isEqualTo(accepted);
    }
    assertThat(servers).allSatisfy(each -> assertThat(each.accepted()).isPositive());
  }
}
