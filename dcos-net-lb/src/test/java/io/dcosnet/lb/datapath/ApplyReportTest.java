// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApplyReportTest {

  private static final Frontend WEB = frontend("11.0.0.1:80");
  private static final Frontend API = frontend("11.0.0.2:80");
  private static final Frontend GONE = frontend("11.0.0.3:80");
  private static final Outcome REFUSED = new Outcome(State.FAILED, null, "no space");
  private static final VipTable TABLE = VipTable.of(List.of(service(WEB), service(API)));

  private static Frontend frontend(String endpoint) {
    return new Frontend(Protocol.TCP, HostPort.parse(endpoint));
  }

  private static Service service(Frontend frontend) {
    return new Service(VipKey.named(Protocol.TCP, "web.marathon", 80), frontend, List.of());
  }

  @Test
  void whatIsNoExceptionIsServedWhereItsClientsConnect() {
    ApplyReport report = ApplyReport.serving(TABLE, Map.of(API, REFUSED, GONE, REFUSED));

    Map<Frontend, Outcome> written = Map.of(WEB, Outcome.serving(WEB.endpoint()), API, REFUSED);
    assertThat(report).isEqualTo(new ApplyReport(TABLE, written));
    assertThat(report.services()).hasSize(2).doesNotContainKey(GONE);
    assertThat(report.services().get(WEB)).isEqualTo(Outcome.serving(WEB.endpoint()));
    assertThat(report.services().get(GONE)).isNull();
    assertThat(report.services()).hasSameHashCodeAs(written);
    Map<Frontend, Outcome> told = new HashMap<>();
    report.services().forEach(told::put);
    assertThat(told).isEqualTo(written);
  }

  @Test
  void doesNotChangeWithWhatItWasMadeFrom() {
    Map<Frontend, Outcome> exceptions = new HashMap<>(Map.of(API, REFUSED));
    ApplyReport report = ApplyReport.serving(TABLE, exceptions);
    exceptions.clear();
    assertThat(report.services()).containsEntry(API, REFUSED);
  }
}
