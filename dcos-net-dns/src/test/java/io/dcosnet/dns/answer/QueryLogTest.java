// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.AskingOthers.now;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.querylog.LoggedQuery;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.querylog.QueryRecorder;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class QueryLogTest {

  private final List<LoggedQuery> logged = new ArrayList<>();

  private static AskingOthers asking(QueryLog log) {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), Zones.addresses("192.0.2.1"));
    return new AskingOthers(
        HandlerChain.EMPTY,
        query -> CompletableFuture.completedFuture(Answer.failure(3, ExtendedError.NONE, "")),
        Guard.OPEN,
        Aliases.NONE,
        log,
        Zone.of(edit.commit(0)));
  }

  @Test
  void tellsWhoAskedForWhatAndWhatItGot() {
    AskingOthers asking = asking(new QueryLog(1, false, logged::add));

    now(asking.udp(query("Web.mesos", Type.A)));
    now(asking.tcp(query("www.example.org", Type.AAAA)));
    assertThat(logged).as("told by the worker itself").isEmpty();
    asking.time.runReady();

    assertThat(logged).hasSize(2);
    assertThat(logged.get(0).time()).isEqualTo(VirtualTime.EPOCH);
    assertThat(logged.get(0))
        .hasToString(
            "query client=192.0.2.1 proto=udp name=Web.mesos. type=A rcode=NOERROR octets=43"
                + " waited=false");
    assertThat(logged.get(1))
        .hasToString(
            "query client=192.0.2.1 proto=tcp name=www.example.org. type=AAAA rcode=NXDOMAIN"
                + " octets=33 waited=true");
  }

  @Test
  void tellsOneOfMany() {
    AskingOthers asking = asking(new QueryLog(10, false, logged::add));

    for (int i = 0; i < 35; i++) {
      now(asking.udp(query("web.mesos", Type.A)));
    }
    asking.time.runReady();

    assertThat(logged).hasSize(3);
  }

  @Test
  void hidesClientsAndStillTellsThemApart() {
    AskingOthers asking = asking(new QueryLog(1, true, logged::add));

    now(asking.udp(query("web.mesos", Type.A)));
    now(asking.udp(query("web.mesos", Type.A)));
    asking.sender.setIpv4(0xc0000202, 4000);
    now(asking.udp(query("web.mesos", Type.A)));
    asking.time.runReady();

    String client = logged.get(0).client();
    assertThat(client).matches("[0-9a-f]{16}");
    assertThat(logged.get(1).client()).isEqualTo(client);
    assertThat(logged.get(2).client()).matches("[0-9a-f]{16}").isNotEqualTo(client);
  }

  @Test
  void losesWhatTheSinkIsTooSlowFor() {
    AskingOthers asking = asking(new QueryLog(1, false, logged::add));

    for (int i = 0; i < QueryRecorder.MOST_WAITING + 5; i++) {
      assertThat(now(asking.udp(query("web.mesos", Type.A))).getSection(Section.ANSWER)).hasSize(1);
    }
    asking.time.runReady();
    now(asking.udp(query("web.mesos", Type.A)));
    asking.time.runReady();

    assertThat(logged).hasSize(QueryRecorder.MOST_WAITING + 1);
    assertThat(asking.metrics.count("dcosnet.dns.query.log.lost")).isEqualTo(5);
  }

  @Test
  void aSinkThatFailsLosesItsOwnQueryOnly() {
    Consumer<LoggedQuery> failing =
        query -> {
          logged.add(query);
          throw new IllegalStateException("disk full");
        };
    AskingOthers asking = asking(new QueryLog(1, false, failing));

    now(asking.udp(query("web.mesos", Type.A)));
    now(asking.udp(query("web.mesos", Type.A)));
    asking.time.runReady();

    assertThat(logged).hasSize(2);
  }

  @Test
  void refusesToTellOneOfNone() {
    assertThatThrownBy(() -> new QueryLog(0, false, logged::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("oneIn: 0 (expected: 1 or more)");
  }
}
