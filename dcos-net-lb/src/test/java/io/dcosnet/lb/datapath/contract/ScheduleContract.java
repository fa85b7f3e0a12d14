// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tables and connections in random order, against what the rules say: who may answer a new
 * connection, which of the old ones still stand, and that none ever hangs.
 */
@Timeout(300)
public abstract class ScheduleContract extends OnSubject {

  private static final int SCHEDULES = 12;
  private static final int STEPS = 80;
  private static final int SERVICES = 3;
  private static final int SERVERS = 4;

  private final List<NamedServer> servers = new ArrayList<>();
  private final Map<Integer, HostPort> places = new HashMap<>();
  private final List<Open> open = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private Map<Integer, Service> table = Map.of();
  private Random random = new Random(0);

  /** For implementations. */
  protected ScheduleContract() {}

  /** What the rules say of a connection. */
  private enum Fate {
    STANDS,
    /** A table took its back end away that may have been skipped for a newer one. */
    OPEN_TO_BOTH,
    CUT
  }

  private static final class Open {
    final int service;
    final String server;
    final Caller caller;
    Fate fate = Fate.STANDS;

    Open(int service, String server, Caller caller) {
      this.service = service;
      this.server = server;
      this.caller = caller;
    }

    @Override
    public String toString() {
      return server + " by service " + service + ", " + fate;
    }
  }

  @Test
  void whateverHappensInWhateverOrderFollowsTheRules() throws Exception {
    for (int i = 0; i < SERVERS; i++) {
      servers.add(keep(new NamedServer("server" + i, subject().backends())));
    }
    for (int seed = 0; seed < SCHEDULES; seed++) {
      random = new Random(seed);
      history.clear();
      history.add("seed " + seed);
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      for (Open each : open) {
        each.caller.drop();
      }
      open.clear();
    }
  }

  private void step() throws Exception {
    int dice = random.nextInt(10);
    if (dice == 0) {
      changeOften();
    } else if (dice <= 2) {
      change();
    } else if (dice <= 6) {
      connect(1 + random.nextInt(SERVICES));
    } else if (!open.isEmpty()) {
      Open one = open.get(random.nextInt(open.size()));
      if (dice == 9) {
        history.add("close " + one);
        open.remove(one);
        one.caller.drop();
      } else {
        ask(one);
      }
    }
  }

  private Map<Integer, Service> randomTable() {
    Map<Integer, Service> next = new HashMap<>();
    for (int number = 1; number <= SERVICES; number++) {
      if (random.nextInt(6) > 0) {
        List<Target> targets = new ArrayList<>();
        for (NamedServer server : servers) {
          switch (random.nextInt(5)) {
            case 0, 1 -> targets.add(Target.up(server.address(), 1 + random.nextInt(3)));
            case 2 -> targets.add(Target.up(server.address(), 0));
            case 3 ->
                targets.add(new Target(server.address(), Backend.State.DRAINING, 0, Target.NEVER));
            default -> {} // not one of them
          }
        }
        next.put(number, service(Protocol.TCP, number, targets.toArray(new Target[0])));
      }
    }
    return next;
  }

  private void change() throws Exception {
    Map<Integer, Service> next = randomTable();
    applied(done(path().apply(VipTable.of(next.values()))), next);
  }

  /** Several tables at once: those between may be skipped. */
  private void changeOften() throws Exception {
    CompletableFuture<ApplyReport> last = new CompletableFuture<>();
    Map<Integer, Service> next = Map.of();
    for (int i = 0; i < 3; i++) {
      next = randomTable();
      history.add("perhaps " + next.values());
      judge(next, Fate.OPEN_TO_BOTH);
      last = path().apply(VipTable.of(next.values())).toCompletableFuture();
    }
    applied(done(last), next);
  }

  private void applied(ApplyReport report, Map<Integer, Service> next) {
    history.add("applied " + next.values());
    table = next;
    judge(next, Fate.CUT);
    next.forEach((number, service) -> places.put(number, place(report, service)));
  }

  private void judge(Map<Integer, Service> next, Fate fate) {
    for (Open each : open) {
      Service service = next.get(each.service);
      boolean keeps =
          service != null
              && service.targets().stream()
                  .anyMatch(target -> nameOf(target.endpoint()).equals(each.server));
      if (!keeps && each.fate.compareTo(fate) < 0) {
        each.fate = fate;
      } else if (keeps && each.fate == Fate.CUT && !subject().cutsAtOnce()) {
        each.fate = Fate.OPEN_TO_BOTH;
      }
    }
  }

  private String nameOf(HostPort endpoint) {
    for (int i = 0; i < SERVERS; i++) {
      if (servers.get(i).address().equals(endpoint)) {
        return "server" + i;
      }
    }
    throw new AssertionError("no server at " + endpoint);
  }

  private void connect(int number) throws IOException {
    HostPort place = places.get(number);
    if (place == null) {
      return; // was never served
    }
    history.add("connect to service " + number);
    Service service = table.get(number);
    List<String> able =
        service == null
            ? List.of()
            : service.targets().stream()
                .filter(Target::takesNew)
                .map(target -> nameOf(target.endpoint()))
                .toList();
    try {
      Caller caller = keep(new Caller(subject().client(), place, subject().patience()));
      String answer = caller.ask();
      assertThat(able).as("%s", history).contains(answer);
      open.add(new Open(number, answer, caller));
    } catch (IOException e) {
      assertThat(e).as("%s", history).isNotInstanceOf(SocketTimeoutException.class);
      assertThat(able).as("%s, but %s", history, e).isEmpty();
    }
  }

  private void ask(Open one) {
    history.add("ask " + one);
    try {
      String answer = one.caller.ask();
      assertThat(answer).as("%s", history).isEqualTo(one.server);
      assertThat(one.fate).as("%s", history).isNotEqualTo(Fate.CUT);
    } catch (IOException e) {
      assertThat(e).as("%s", history).isNotInstanceOf(SocketTimeoutException.class);
      assertThat(one.fate).as("%s, but %s", history, e).isNotEqualTo(Fate.STANDS);
      open.remove(one);
    }
  }
}
