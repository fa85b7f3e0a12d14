// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.Reach;
import io.dcosnet.lb.vip.TableAssembly;
import io.dcosnet.lb.vip.TableLimits;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServedNamesTest {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final VipKey API = VipKey.named(Protocol.TCP, "api.marathon", 8080);

  private final ServedNames served = new ServedNames();
  private final TableAssembly assembly =
      new TableAssembly(
          VipAddresses.defaults(), Duration.ZERO, Duration.ZERO, TableLimits.DEFAULTS);
  private final Map<Frontend, Outcome> outcomes = new HashMap<>();

  @Test
  void tellsWhereClientsFindAPortAndWhatTasksCallIt() {
    put(WEB, "10.0.0.1:31000", "http", "web");
    serve(10_000);

    assertThat(entry(update(), "web.marathon").services())
        .containsExactly(
            new VipDirectory.Service(Protocol.TCP, 10_080, 80, List.of("http", "web")));
    put(WEB, "10.0.0.1:31000", "https");
    assertThat(entry(update(), "web.marathon").services())
        .containsExactly(new VipDirectory.Service(Protocol.TCP, 10_080, 80, List.of("https")));
  }

  @Test
  void givesTheSameSnapshotWhileNothingChanges() {
    put(WEB, "10.0.0.1:31000");
    put(API, "10.0.0.1:31001");
    serve(0);
    VipDirectory.Snapshot first = update();

    put(WEB, "10.0.0.1:31000");
    serve(0);

    assertThat(update()).isSameAs(first);
  }

  @Test
  void keepsTheEntriesOfOtherNames() {
    put(WEB, "10.0.0.1:31000");
    put(API, "10.0.0.1:31001");
    serve(0);
    VipDirectory.Snapshot first = update();

    put(API);
    VipDirectory.Snapshot without = update();
    put(API, "10.0.0.1:31001");
    serve(5);
    VipDirectory.Snapshot moved = update();

    assertThat(without.byName()).containsOnlyKeys("web.marathon");
    assertThat(entry(without, "web.marathon")).isSameAs(entry(first, "web.marathon"));
    assertThat(entry(moved, "api.marathon").services())
        .containsExactly(new VipDirectory.Service(Protocol.TCP, 8085, 8080, List.of()));
  }

  @Test
  void keepsANameAsItWasUntilTheDataPathServesItsNewAddress() {
    put(WEB, "10.0.0.1:31000");
    serve(0);
    IpAddress before = requireNonNull(entry(update(), "web.marathon").ipv4());

    put(VipKey.addressed(Protocol.TCP, before, 80), "10.0.0.2:31000");
    VipDirectory.Snapshot meanwhile = update();
    outcomes.clear();
    serve(0);
    VipDirectory.Snapshot after = update();

    assertThat(entry(meanwhile, "web.marathon").ipv4()).isEqualTo(before);
    assertThat(after.byName()).containsOnlyKeys("web.marathon");
    assertThat(entry(after, "web.marathon").ipv4()).isEqualTo(before.plus(1));
  }

  @Test
  void announcesAFurtherPortOnceItIsServedAndForgetsANameAtOnce() {
    VipKey tls = VipKey.named(Protocol.TCP, "web.marathon", 443);
    put(WEB, "10.0.0.1:31000");
    serve(0);
    VipDirectory.Snapshot first = update();

    put(tls, "10.0.0.1:31001");
    assertThat(update()).isSameAs(first);
    serve(0);
    assertThat(entry(update(), "web.marathon").services())
        .extracting(VipDirectory.Service::port)
        .containsExactly(80, 443);
    put(tls);
    put(WEB);
    assertThat(update().byName()).isEmpty();
  }

  @Test
  void hasNoNameForAVipThatIsAnAddress() {
    put(VipKey.addressed(Protocol.TCP, IpAddress.parse("192.0.2.7"), 80), "10.0.0.2:31000");
    serve(0);

    assertThat(update().byName()).isEmpty();
  }

  @Test
  void knowsANameWithoutAddressWhereItsPlaceCannotBeHad() {
    put(WEB, "10.0.0.1:31000");
    assembly.assemble(0);
    assembly
        .live()
        .forEach(s -> outcomes.put(s.frontend(), new Outcome(State.UNMAPPED, null, "no place")));

    VipDirectory.Entry entry = entry(update(), "web.marathon");

    assertThat(entry.ipv4()).isNull();
    assertThat(entry.services()).isEmpty();
  }

  private static VipDirectory.Entry entry(VipDirectory.Snapshot snapshot, String name) {
    return requireNonNull(snapshot.byName().get(name), name);
  }

  private void put(VipKey key, String... endpointAndPortNames) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < endpointAndPortNames.length; i++) {
      HostPort place = HostPort.parse(endpointAndPortNames[0]);
      TreeMap<String, String> attributes = new TreeMap<>();
      if (i > 0) {
        attributes.put("port", endpointAndPortNames[i]);
        place = new HostPort(IpAddress.parse("10.0.1." + i), place.port());
      }
      Backend backend = new Backend(place, place.address(), 1, Backend.State.UP);
      candidates.add(new Candidate(backend, Reach.REACHED, 1, "", attributes));
    }
    assembly.put(key, candidates);
    assembly.assemble(0);
  }

  /** Every service at its address, its port so much higher. */
  private void serve(int higher) {
    assembly
        .live()
        .forEach(
            service -> {
              HostPort at = service.frontend().endpoint();
              HostPort client = new HostPort(at.address(), at.port() + higher);
              outcomes.put(service.frontend(), Outcome.serving(client));
            });
  }

  private VipDirectory.Snapshot update() {
    return served.update(assembly, new ApplyReport(assembly.assemble(0), outcomes));
  }
}
