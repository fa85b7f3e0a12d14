// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.VipTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a path whose process is killed, for those that outlive it. */
@Timeout(600)
@SuppressWarnings("try") // an interrupted test has failed
public abstract class KillContract extends OnSubject {

  private static final int UPDATES = 500;
  private static final int KILLS = Boolean.getBoolean("dcosnet.long") ? 100 : 20;
  private static final int CLIENTS = 12;

  /** About as long as an update takes, so that the end may come anywhere in it. */
  private static final int MAX_NANOS_INTO_UPDATE = 3_000_000;

  private final SplittableRandom random = new SplittableRandom(20261127);

  /** For implementations. */
  protected KillContract() {}

  /** How many processes are killed; for those that do more than one thing, and are slower. */
  protected int kills() {
    return KILLS;
  }

  /** First arguments of {@link Victim}. */
  protected abstract List<String> kind();

  /** Fails when the kernel holds anything else of the path than what this table wants. */
  protected abstract void assertKernelHolds(VipTable table) throws Exception;

  @Test
  void aKilledProcessCostsNoClientOfAnUnchangedServiceAnything() throws Exception {
    ChangingTables tables = tables();
    List<String> arguments = new ArrayList<>(kind());
    arguments.addAll(tables.arguments());
    VictimProcess victim = keep(VictimProcess.start(arguments));
    int number = begin(victim, tables, 0);
    int killed = 0;
    try (Crowd crowd = Crowd.mixed(subject(), CLIENTS, tables.steady())) {
      crowd.eachAnswered(1);
      while (number < UPDATES * kills() / KILLS || killed < kills()) {
        VictimProcess heir = keep(VictimProcess.start(arguments));
        victim.say("go");
        int goal = number + random.nextInt(2 * UPDATES / KILLS);
        while (number < goal) {
          number = victim.next();
        }
        LockSupport.parkNanos(random.nextInt(MAX_NANOS_INTO_UPDATE));
        number = victim.kill(number);
        killed++;
        crowd.eachAnswered(1); // without any process
        victim = heir;
        number = begin(victim, tables, number + 1);
        crowd.eachAnswered(1);
        assertThat(crowd.failures()).as("after %d kills, at update %d", killed, number).isEmpty();
      }
    }
  }

  /** Lets a process begin with a table, whatever the one before it has left. */
  private int begin(VictimProcess victim, ChangingTables tables, int number) throws Exception {
    victim.say("from " + number);
    assertThat(victim.next()).isEqualTo(number);
    assertKernelHolds(tables.table(number));
    return number;
  }

  private ChangingTables tables() throws Exception {
    List<HostPort> backends = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      backends.add(keep(new NamedServer("server" + i, subject().backends())).address());
    }
    HostPort first = subject().frontend(Protocol.TCP, 1).endpoint();
    return new ChangingTables(first.address(), backends);
  }
}
