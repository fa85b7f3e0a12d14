// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the path does to a kernel with IPVS beside carrying connections. */
@Tag("kernel")
@Tag("long") // IpvsInUserModeLinuxIT runs it, as hardly a machine of tests has ip_vs
@ExtendWith(InOwnNetwork.class)
class IpvsKernelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Path SWITCHES = Path.of("/proc/sys/net/ipv4/vs");
  private static final List<String> SET =
      List.of("expire_nodest_conn", "expire_quiescent_template", "conntrack");

  private final List<AutoCloseable> kept = new ArrayList<>();
  private IpvsSubject subject;

  @BeforeEach
  void begin() {
    subject = keep(newSubject());
  }

  @AfterEach
  void end() throws Exception {
    for (int i = kept.size() - 1; i >= 0; i--) {
      kept.get(i).close();
    }
  }

  private static IpvsSubject newSubject() {
    return new IpvsSubject(
        false, IpvsConfig.builder().repairInterval(Duration.ofMillis(500)).build());
  }

  private <T extends AutoCloseable> T keep(T one) {
    kept.add(one);
    return one;
  }

  private NamedServer server(String name) throws IOException {
    return keep(new NamedServer(name, subject.backends()));
  }

  private Service service(int number, ServiceOptions options, Target... targets) {
    return new Service(
        VipKey.named(Protocol.TCP, "web" + number + ".marathon", 8080),
        subject.frontend(Protocol.TCP, number),
        options,
        List.of(targets));
  }

  private Service web(Target... targets) {
    return service(1, ServiceOptions.DEFAULTS.with(Policy.ROUND_ROBIN), targets);
  }

  private static Target up(NamedServer server) {
    return Target.up(server.address(), 1);
  }

  private ApplyReport serve(IpvsSubject by, Service... services) throws Exception {
    ApplyReport report =
        by.path()
            .apply(VipTable.of(List.of(services)))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    assertThat(report.services().values()).allMatch(one -> one.state() == State.SERVING);
    return report;
  }

  private static String ask(Service service) throws IOException {
    Caller caller = new Caller(new Socket(), service.frontend().endpoint(), PATIENCE);
    try {
      return caller.ask();
    } finally {
      caller.drop();
    }
  }

  private static List<IpvsService> services() {
    try (IpvsSocket ipvs = IpvsSocket.open().orElseThrow()) {
      return ipvs.services();
    }
  }

  private static Map<String, String> switches() throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (String name : SET) {
      all.put(name, Files.readString(SWITCHES.resolve(name)).strip());
    }
    return all;
  }

  /** What a program of the machine says, in the network namespace of this thread. */
  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  @Test
  void whatSomebodyFlushesIsBackSoon() throws Exception {
    Service web = web(up(server("a")));
    serve(subject, web);
    assertThat(ask(web)).isEqualTo("a");
    try (IpvsSocket ipvs = IpvsSocket.open().orElseThrow()) {
      IpvsService.Key key = ipvs.services().get(0).key();
      assertThat(ipvs.changeAll(List.of(ipvs.messages().delete(key)))).isEmpty();
    }
    assertThatThrownBy(() -> ask(web)).isInstanceOf(ConnectException.class);

    await().ignoreExceptions().untilAsserted(() -> assertThat(ask(web)).isEqualTo("a"));
  }

  @Test
  void anotherProcessGoesOnWithWhatTheFirstLeftAndNoConnectionNotices() throws Exception {
    NamedServer a = server("a");
    Service web = web(up(a));
    Service gone = service(2, ServiceOptions.DEFAULTS, up(a));
    serve(subject, web, gone);
    Caller caller = keep(new Caller(new Socket(), web.frontend().endpoint(), PATIENCE));
    assertThat(caller.ask()).isEqualTo("a");
    subject.path().stop(true, Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(services()).hasSize(2);
    assertThat(caller.ask()).isEqualTo("a");
    IpvsSubject second = keep(newSubject());

    serve(second, web(up(a), up(server("b"))));

    assertThat(services()).hasSize(1);
    assertThat(caller.ask()).isEqualTo("a");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      names.add(ask(web));
    }
    assertThat(names).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void cleanupLeavesNothingAndNamesWhatItRemoved() throws Exception {
    Map<String, String> before = switches();
    Service web = web(up(server("a")));
    serve(subject, web);
    assertThat(switches().values()).containsOnly("1");
    assertThat(run("iptables-legacy", "-t", "nat", "-S")).contains("dcosnet-lb-ipvs");
    assertThat(run("ip", "route", "show", "table", "local", "proto", "202")).isNotBlank();
    subject.path().stop(true, Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);

    assertThat(subject.path().cleanup())
        .contains("ipvsadm -D -t " + web.frontend().endpoint())
        .anyMatch(line -> line.startsWith("iptables -t nat -D POSTROUTING"))
        .anyMatch(line -> line.startsWith("ip route "))
        .contains("sysctl -w net.ipv4.vs.conntrack=0");

    assertThat(services()).isEmpty();
    assertThat(run("iptables-legacy", "-t", "nat", "-S")).doesNotContain("dcosnet");
    assertThat(run("ip", "route", "show", "table", "local", "proto", "202")).isBlank();
    assertThat(switches()).isEqualTo(before);
    assertThat(subject.path().cleanup()).as("again").isEmpty();
  }

  @Test
  void anEndSetsBackWhatWasChanged() throws Exception {
    Map<String, String> before = switches();
    serve(subject, web(up(server("a"))));
    assertThat(switches()).isNotEqualTo(before);

    subject.path().stop(false, Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);

    assertThat(switches()).isEqualTo(before);
    assertThat(services()).isEmpty();
    assertThat(run("iptables-legacy", "-t", "nat", "-S")).doesNotContain("dcosnet");
    assertThat(run("ip", "route", "show", "table", "local", "proto", "202")).isBlank();
  }

  @Test
  void aPlanSaysWhatWouldBeDoneAndDoesNothing() throws Exception {
    Service web = web(Target.up(HostPort.parse("192.0.2.7:8080"), 3));
    VipTable table = VipTable.of(List.of(web));
    HostPort vip = web.frontend().endpoint();

    assertThat(subject.path().plan(table))
        .contains(
            "sysctl -w net.ipv4.vs.conntrack=1",
            "ip route replace local " + vip.address() + "/32 dev lo table local proto 202",
            "ipvsadm -A -t " + vip + " -s wrr -b flag-3",
            "ipvsadm -a -t " + vip + " -r 192.0.2.7:8080 -m -w 3")
        .anyMatch(line -> line.startsWith("iptables -t nat -I POSTROUTING"));

    assertThat(services()).isEmpty();
    serve(subject, web);
    assertThat(subject.path().plan(table)).as("once it is true").isEmpty();
    assertThat(subject.path().plan(VipTable.EMPTY)).contains("ipvsadm -D -t " + vip);
  }

  @Test
  void figuresTellWhatAServiceCarries() throws Exception {
    NamedServer a = server("a");
    Service web = web(up(a));
    assertThat(subject.path().traffic(web.frontend())).isEmpty();
    serve(subject, web);
    Caller caller = keep(new Caller(new Socket(), web.frontend().endpoint(), PATIENCE));
    assertThat(caller.ask()).isEqualTo("a");
    assertThat(ask(web)).isEqualTo("a");

    // The kernel adds up each two seconds.
    await().until(() -> subject.path().traffic(web.frontend()).orElseThrow().connections() == 2);

    Traffic told = subject.path().traffic(web.frontend()).orElseThrow();
    assertThat(told.active()).isEqualTo(1);
    assertThat(told.activeByBackend()).isEqualTo(Map.of(a.address(), 1));
    assertThat(told.toBackends()).isPositive();
    assertThat(told.toClients()).isPositive();
  }

  @Test
  void aClientWithAffinityKeepsItsBackEndUntilThatDrains() throws Exception {
    NamedServer a = server("a");
    NamedServer b = server("b");
    ServiceOptions sticky =
        ServiceOptions.DEFAULTS.with(Policy.ROUND_ROBIN).withAffinity(Duration.ofMinutes(5));
    Service web = service(1, sticky, up(a), up(b));
    serve(subject, web);
    String first = ask(web);
    for (int i = 0; i < 10; i++) {
      assertThat(ask(web)).isEqualTo(first);
    }
    NamedServer its = first.equals("a") ? a : b;
    NamedServer other = first.equals("a") ? b : a;

    Target drains = new Target(its.address(), Backend.State.DRAINING, 0, Target.NEVER);
    serve(subject, service(1, sticky, drains, up(other)));

    assertThat(ask(web)).isEqualTo(first.equals("a") ? "b" : "a");
  }

  @Test
  void aHashSendsOneClientToOneBackEnd() throws Exception {
    Service web =
        service(
            1,
            ServiceOptions.DEFAULTS.with(Policy.MAGLEV),
            up(server("a")),
            up(server("b")),
            up(server("c")));
    serve(subject, web);
    String first = ask(web);
    for (int i = 0; i < 10; i++) {
      assertThat(ask(web)).isEqualTo(first);
    }
    assertThat(services()).allMatch(one -> one.scheduler().equals("mh"));
  }

  @Test
  void aProbeNamesTheSchedulersThatItTried() {
    Capabilities can = subject.path().probe();

    assertThat(can.usable()).isTrue();
    assertThat(can.detail()).contains("wlc").contains("wrr").contains("mh");
    assertThat(can.ipv6()).isTrue();
    assertThat(services()).isEmpty();
  }

  @Test
  void thousandsOfServicesAreLoadedAndOneIsChanged() throws Exception {
    List<Service> all = new ArrayList<>();
    for (int i = 1; i <= 1_000; i++) {
      all.add(web(i, 1));
    }
    long begun = System.nanoTime();
    serve(subject, all.toArray(new Service[0]));
    long loaded = System.nanoTime();
    all.set(500, web(501, 7));
    serve(subject, all.toArray(new Service[0]));
    long changed = System.nanoTime();

    assertThat(services()).hasSize(1_000);
    System.out.println(
        "uml: 1000 services of 3: "
            + Duration.ofNanos(loaded - begun).toMillis()
            + " ms, one change "
            + Duration.ofNanos(changed - loaded).toMillis()
            + " ms");
  }

  private Service web(int number, int weight) {
    return service(
        number,
        ServiceOptions.DEFAULTS,
        Target.up(HostPort.parse("192.0.2.7:8080"), weight),
        Target.up(HostPort.parse("192.0.2.8:8080"), weight),
        Target.up(HostPort.parse("192.0.2.9:8080"), weight));
  }
}
