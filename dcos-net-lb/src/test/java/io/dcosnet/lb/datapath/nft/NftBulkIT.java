// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static io.dcosnet.lb.datapath.nft.Here.done;
import static io.dcosnet.lb.datapath.nft.Here.nft;
import static io.dcosnet.lb.datapath.nft.Here.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.testkit.RecordingMetrics;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Very many services, and very many back ends of one. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
@Timeout(120)
class NftBulkIT {

  private static final int SERVICES = 10_000;
  private static final IpAddress FIRST_VIP = IpAddress.parse("11.9.0.1");
  private static final IpAddress FIRST_BACKEND = IpAddress.parse("10.0.0.1");
  private static final Logger LOGGER = LoggerFactory.getLogger(NftBulkIT.class);

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NftDataPath path =
      new NftDataPath(TimeSource.system(), metrics, NftConfig.defaults());

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @AfterEach
  void end() throws Exception {
    done(path.stop(false, Duration.ZERO));
  }

  private static Service web(int number, Target... targets) {
    return service(FIRST_VIP.plus(number) + ":80", targets);
  }

  private static Target backend(int number) {
    return Target.up(new HostPort(FIRST_BACKEND.plus(number), 8080), 1);
  }

  @Test
  void oneChangeAmongTenThousandServicesCostsNoMoreThanAmongFew() throws Exception {
    Map<Integer, Service> services = new HashMap<>();
    for (int i = 0; i < SERVICES; i++) {
      services.put(i, web(i, backend(3 * i), backend(3 * i + 1), backend(3 * i + 2)));
    }
    long begun = System.nanoTime();
    assertThat(done(path.apply(VipTable.of(services.values()))).services()).hasSize(SERVICES);
    long loaded = System.nanoTime() - begun;
    long[] nanos = new long[200];
    for (int i = 0; i < nanos.length; i++) {
      int which = 41 * i % SERVICES;
      boolean grows = i % 2 == 0;
      services.put(
          which,
          grows
              ? web(which, backend(i), backend(i + 1), backend(i + 2), backend(i + 3))
              : web(which, backend(50_000 + i), backend(i + 1), backend(i + 2)));
      VipTable table = VipTable.of(services.values());
      begun = System.nanoTime();
      done(path.apply(table));
      nanos[i] = System.nanoTime() - begun;
    }
    Arrays.sort(nanos);
    LOGGER.warn(
        "load of {} services: {} ms; one change: median {} us, p90 {} us",
        SERVICES,
        loaded / 1_000_000,
        nanos[nanos.length / 2] / 1_000,
        nanos[nanos.length * 9 / 10] / 1_000);
    assertThat(metrics.count("dcosnet.lb.kernel.repaired", "path", "nftables")).isZero();
    // Ten times what is usual, for busy machines.
    assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(50));
    assertThat(Duration.ofNanos(loaded)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void tenThousandBackEndsOfOneServiceAllCount() throws Exception {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      targets.add(backend(i));
    }
    done(path.apply(VipTable.of(List.of(web(1, targets.toArray(new Target[0]))))));

    assertThat(nft("list chain inet dcosnet_lb slot4-lot-10000")).contains("random mod 10000");
    String map = nft("list map inet dcosnet_lb backends4");
    assertThat(map).contains("9999 . 11.9.0.2 . tcp . 80 : 10.0.39.16 . 8080");
  }

  @Test
  void aClientOfAConsistentHashKeepsItsBackEndAndManyShareThemAll() throws Exception {
    Here.route(Cidr.parse("11.0.0.0/8"));
    ServiceOptions hashed = ServiceOptions.DEFAULTS.with(Policy.MAGLEV);
    Map<HostPort, NamedServer> servers = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      NamedServer server = new NamedServer("server" + i, IpAddress.LOOPBACK_IPV4);
      servers.put(server.address(), server);
    }
    Target[] targets =
        servers.keySet().stream().map(each -> Target.up(each, 1)).toArray(Target[]::new);
    List<Service> services = new ArrayList<>();
    // A local client calls from the address that it calls, so each VIP is another client.
    for (int i = 0; i < 60; i++) {
      services.add(service(Protocol.TCP, FIRST_VIP.plus(i) + ":80", hashed, targets));
    }
    done(path.apply(VipTable.of(services)));
    Map<String, Integer> shares = new HashMap<>();
    for (Service service : services) {
      String first = ask(service);
      for (int i = 0; i < 5; i++) {
        assertThat(ask(service)).isEqualTo(first);
      }
      shares.merge(first, 1, Integer::sum);
    }
    assertThat(shares).hasSize(4);
    for (NamedServer server : servers.values()) {
      server.close();
    }
  }

  private static String ask(Service service) throws Exception {
    try (Caller caller =
        new Caller(new Socket(), service.frontend().endpoint(), Duration.ofSeconds(2))) {
      return caller.ask();
    }
  }
}
