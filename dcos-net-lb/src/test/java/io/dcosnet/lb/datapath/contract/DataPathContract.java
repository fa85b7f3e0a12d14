// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link DataPath} does with tables, whether it carries traffic or not. */
@Timeout(120)
public abstract class DataPathContract extends OnSubject {

  private static final int SCHEDULES = 20;
  private static final int TABLES = 30;

  /** For implementations. */
  protected DataPathContract() {}

  /** A back end that need not be there. */
  private Target target(int port, int weight) {
    return Target.up(new HostPort(subject().backends(), port), weight);
  }

  private Service web(int number, int... ports) {
    Target[] targets = new Target[ports.length];
    for (int i = 0; i < ports.length; i++) {
      targets[i] = target(ports[i], 1);
    }
    return service(Protocol.TCP, number, targets);
  }

  @Test
  void saysWhatItCanDoAndLeavesNothingBehind() throws Exception {
    Capabilities first = path().probe();
    assertThat(first.usable()).as(first.detail()).isTrue();
    assertThat(first.detail()).isNotBlank();
    assertThat(first.protocols()).isNotEmpty();
    assertThat(path().probe()).isEqualTo(first);
    assertThat(path().name()).matches("[a-z]+(-[a-z]+)?");
    Service web = web(1, 31001);
    assertThat(serve(web).services()).hasSize(1);
    assertThat(path().probe().usable()).as("while it serves").isTrue();
  }

  @Test
  void reportsEachServiceOfItsTable() throws Exception {
    Service web = web(1, 31001, 31002);
    Service other = web(2, 31003);
    ApplyReport report = serve(web, other);
    assertThat(report.table()).isEqualTo(VipTable.of(List.of(web, other)));
    assertThat(report.services()).containsOnlyKeys(web.frontend(), other.frontend());
    assertThat(place(report, web)).isNotEqualTo(place(report, other));
    assertThat(serve(other).services()).containsOnlyKeys(other.frontend());
  }

  @Test
  void takesATableWithNothingInIt() throws Exception {
    assertThat(apply().services()).isEmpty();
    serve(web(1, 31001));
    assertThat(apply().services()).isEmpty();
    assertThat(apply().table()).isEqualTo(VipTable.EMPTY);
  }

  @Test
  void theSameTableAgainChangesNothing() throws Exception {
    Service web = web(1, 31001, 31002);
    ApplyReport first = serve(web);
    for (int i = 0; i < 10; i++) {
      assertThat(apply(web)).isEqualTo(first);
    }
  }

  @Test
  void aServiceStaysWhereItIsWhateverComesBesideIt() throws Exception {
    Service staying = web(1, 31001);
    HostPort place = place(serve(staying), staying);
    for (int number = 2; number < 12; number++) {
      assertThat(place(serve(staying, web(number, 31002)), staying)).isEqualTo(place);
    }
    assertThat(place(serve(web(1, 31003)), staying)).as("other back ends").isEqualTo(place);
  }

  @Test
  void theNewestOfManyTablesWinsAndEachStageEnds() throws Exception {
    List<VipTable> tables = new ArrayList<>();
    List<CompletableFuture<ApplyReport>> stages = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      VipTable table = VipTable.of(List.of(web(1, 31001 + i), web(2 + i % 3, 31001)));
      tables.add(table);
      stages.add(path().apply(table).toCompletableFuture());
    }
    int least = 0;
    for (int i = 0; i < stages.size(); i++) {
      VipTable made = stages.get(i).get(30, TimeUnit.SECONDS).table();
      int which = tables.indexOf(made);
      assertThat(which)
          .as("what table %s ended with", i)
          .isGreaterThanOrEqualTo(Math.max(i, least));
      least = which;
    }
    assertThat(least).isEqualTo(tables.size() - 1);
  }

  @Test
  void whatCannotBeServedIsToldAndDisturbsNoOther() throws Exception {
    Service web = web(1, 31001);
    Service blocked = web(2, 31002);
    AutoCloseable obstacle = subject().obstruct(blocked.frontend());
    try {
      ApplyReport report = apply(web, blocked);
      assertThat(report.services().get(web.frontend()))
          .matches(outcome -> outcome.state() == State.SERVING);
      assertThat(report.services().get(blocked.frontend()))
          .matches(outcome -> outcome.state() != State.SERVING)
          .matches(outcome -> !outcome.reason().isBlank(), "with a reason");
      assertThat(apply(web, blocked)).as("again").isEqualTo(report);
    } finally {
      obstacle.close();
    }
    serve(web, blocked);
  }

  /** What it is in the end depends on the last table only, not on the way there. */
  @Test
  void whateverCameBeforeTheLastTableIsWhatIsServed() throws Exception {
    for (int seed = 0; seed < SCHEDULES; seed++) {
      Random random = new Random(seed);
      Map<Integer, Service> last = new HashMap<>();
      List<CompletableFuture<ApplyReport>> stages = new ArrayList<>();
      for (int i = 0; i < TABLES; i++) {
        last.clear();
        for (int number = 1; number <= 4; number++) {
          if (random.nextBoolean()) {
            Target up = target(31001 + random.nextInt(3), 1 + random.nextInt(3));
            Target weightless = target(31011 + random.nextInt(3), 0);
            last.put(number, service(Protocol.TCP, number, up, weightless));
          }
        }
        stages.add(path().apply(VipTable.of(last.values())).toCompletableFuture());
        if (random.nextInt(3) == 0) {
          done(stages.get(i));
        }
      }
      for (CompletableFuture<ApplyReport> stage : stages) {
        ApplyReport report = done(stage);
        assertThat(report.services()).containsOnlyKeys(report.table().services().keySet());
        assertThat(report.services().values())
            .as("seed %s", seed)
            .allMatch(outcome -> outcome.state() == State.SERVING);
      }
      assertThat(done(stages.get(TABLES - 1)).table())
          .as("seed %s", seed)
          .isEqualTo(VipTable.of(last.values()));
    }
  }

  @Test
  void takesNoTableAfterItsEndAndEndsAsOftenAsItIsAsked() throws Exception {
    serve(web(1, 31001));
    CompletableFuture<ApplyReport> underWay =
        path().apply(VipTable.of(List.of(web(2, 31001)))).toCompletableFuture();
    done(path().stop(false, Duration.ZERO));
    assertThat(underWay).as("made true or refused, never forgotten").isDone();
    assertThatThrownBy(() -> apply(web(1, 31001)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    done(path().stop(false, Duration.ZERO));
  }

  @Test
  void endsWithoutEverHavingHadATable() throws Exception {
    done(path().stop(true, Duration.ZERO));
  }

  @Test
  void anObserverMayLeaveAsOftenAsItLikes() throws Exception {
    var subscription = path().observe(new TrafficObserver() {});
    subscription.close();
    subscription.close();
    serve(web(1, 31001));
  }
}
