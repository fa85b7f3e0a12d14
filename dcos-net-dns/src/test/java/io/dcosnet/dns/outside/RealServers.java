// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.Dig;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Servers of other makers, run from a folder, each with a zone of the same contents: {@code www}
 * with addresses, {@code many} with 300 of them, {@code alias}, {@code mail}, a service.
 *
 * <p><b>Confined to</b> one thread.
 */
final class RealServers {

  private final Path folder;
  private final List<Process> running = new ArrayList<>();

  RealServers(Path folder) {
    this.folder = folder;
  }

  /** Leaves the test out where one of them is missing. */
  static void require() {
    Dig.require();
    Required.program("nsd", "nsd");
    Required.program("unbound", "unbound");
    Required.program("dnsmasq", "dnsmasq-base");
  }

  /** An NSD, which answers for example.org and refuses all else. */
  HostPort nsd() throws IOException {
    StringBuilder zone = new StringBuilder("$TTL 60\n@ SOA ns1 admin 7 600 60 6000 30\n NS ns1\n");
    zone.append("www A 192.0.2.1\nwww AAAA 2001:db8::1\nalias CNAME www\nmail MX 10 www\n");
    zone.append("_web._tcp SRV 0 1 80 www\n");
    for (int i = 0; i < 300; i++) {
      zone.append("many A 198.18.%d.%d%n".formatted(i / 250, i % 250));
    }
    Files.writeString(folder.resolve("example.zone"), zone);
    HostPort place = freePlace();
    String config =
        """
        server:
          ip-address: 127.0.0.1@PORT
          username: ""
          zonesdir: "FOLDER"
          pidfile: "FOLDER/nsd.pid"
          xfrdfile: "FOLDER/xfrd.state"
          zonelistfile: "FOLDER/zone.list"
          xfrdir: "FOLDER"
          database: ""
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: "example.org"
          zonefile: "example.zone"
        """;
    start("www.example.org", place, "nsd", "-d", "-c", config("nsd", config, place));
    return place;
  }

  /** An Unbound, which knows example.net. */
  HostPort unbound() throws IOException {
    HostPort place = freePlace();
    StringBuilder config =
        new StringBuilder(
            """
            server:
              interface: 127.0.0.1@PORT
              do-daemonize: no
              username: ""
              chroot: ""
              directory: "FOLDER"
              pidfile: ""
              use-syslog: no
              local-zone: "example.net." static
              local-data: "example.net. 60 SOA ns.example.net. me.example.net. 1 2 3 4 30"
              local-data: "www.example.net. 60 A 192.0.2.1"
              local-data: "www.example.net. 60 AAAA 2001:db8::1"
              local-data: "mail.example.net. 60 MX 10 www.example.net."
              local-data: "_web._tcp.example.net. 60 SRV 0 1 80 www.example.net."
            """);
    for (int i = 0; i < 300; i++) {
      config.append(
          "  local-data: \"many.example.net. 60 A 198.18.%d.%d\"%n".formatted(i / 250, i % 250));
    }
    config.append("remote-control:\n  control-enable: no\n");
    start(
        "www.example.net",
        place,
        "unbound",
        "-d",
        "-c",
        config("unbound", config.toString(), place));
    return place;
  }

  /** A dnsmasq, which knows example.com. */
  HostPort dnsmasq() throws IOException {
    HostPort place = freePlace();
    String config =
        """
        port=PORT
        listen-address=127.0.0.1
        bind-interfaces
        no-resolv
        no-hosts
        local-ttl=60
        local=/example.com/
        host-record=www.example.com,192.0.2.1,2001:db8::1
        mx-host=mail.example.com,www.example.com,10
        srv-host=_web._tcp.example.com,www.example.com,80,0,1
        pid-file=FOLDER/dnsmasq.pid
        user=
        """;
    start(
        "www.example.com",
        place,
        "dnsmasq",
        "--keep-in-foreground",
        "--log-facility=" + folder.resolve("dnsmasq.log"),
        "--conf-file=" + config("dnsmasq", config, place));
    return place;
  }

  private String config(String program, String text, HostPort place) throws IOException {
    String filled =
        text.replace("FOLDER", folder.toString()).replace("PORT", String.valueOf(place.port()));
    return Files.writeString(folder.resolve(program + ".conf"), filled).toString();
  }

  private void start(String name, HostPort place, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(command[0] + ".out").toFile())
            .start();
    running.add(process);
    await()
        .atMost(Duration.ofSeconds(60))
        .failFast(command[0] + " ended, see " + folder, () -> !process.isAlive())
        .until(() -> Dig.ask(place, "+time=1", name).contains("status: NOERROR"));
  }

  /** None of them can say which port it got. */
  private static HostPort freePlace() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort(IpAddress.LOOPBACK_IPV4, socket.getLocalPort());
    }
  }

  /** Ends all of them and waits until they are gone. */
  void stop() throws InterruptedException {
    for (Process process : running) {
      process.destroy();
    }
    for (Process process : running) {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    running.clear();
  }
}
