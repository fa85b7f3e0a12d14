// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.names;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemUpstreamsIT {

  @TempDir Path folder;

  @Test
  void asksTheServersOfTheFileAndThoseThatComeLater() throws IOException {
    Path file = folder.resolve("resolv.conf");
    Files.writeString(file, "nameserver 127.0.0.1\nnameserver 192.0.2.1\n");
    try (NetRuntime net = NetRuntime.builder().ioThreads(1).build()) {
      DnsServer server =
          DnsServer.builder(net)
              .listen(HostPort.parse("127.0.0.1:0"))
              .forward(routes(List.of()))
              .build();
      Forwarder forwarder = requireNonNull(server.forwarder());
      // Without the server, which would ask them.
      net.startAll(
          new SystemUpstreams(() -> file, SystemUpstreamsIT::routes, server, forwarder, net));
      awaitServers(forwarder, "192.0.2.1:53");

      Path next = Files.writeString(folder.resolve("next"), "nameserver 192.0.2.2\n");
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      awaitServers(forwarder, "192.0.2.2:53");

      Files.delete(file);
      await()
          .during(Duration.ofSeconds(6)) // longer than from one look to the next
          .atMost(Duration.ofSeconds(10))
          .until(() -> forwarder.routes().upstreams().size() == 1);
    }
  }

  private static RoutingTable routes(List<Upstream> servers) {
    return RoutingTable.builder().defaultRoute(Policy.DEFAULT, servers).build();
  }

  private static void awaitServers(Forwarder forwarder, String... wanted) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(forwarder.routes().upstreams())
                    .extracting(Upstream::toString)
                    .containsExactly(wanted));
  }
}
