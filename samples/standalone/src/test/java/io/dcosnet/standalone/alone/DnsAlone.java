// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;

/** {@code dcos-net-dns} by itself: a zone whose source is silent is answered with SERVFAIL. */
final class DnsAlone implements Scenario {

  /** {@code mesos. SOA}. */
  private static final byte[] QUERY = {
    0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, 'm', 'e', 's', 'o', 's', 0, 0, 6, 0, 1
  };

  private static final int SERVFAIL = 2;

  @Override
  public Use build() {
    NetRuntime net = NetRuntime.create();
    DnsServer server =
        DnsServer.builder(net)
            .listen(HostPort.parse("127.0.0.1:0"))
            .zone(MesosZone.of(ClusterPublisher.create()))
            .build();
    return () -> {
      try (net) {
        net.startAll(server);
        int rcode = ask(server.localAddress());
        if (rcode != SERVFAIL) {
          throw new AssertionError("rcode " + rcode);
        }
      }
    };
  }

  private static int ask(HostPort server) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(5000);
      socket.send(new DatagramPacket(QUERY, QUERY.length, server.toSocketAddress()));
      DatagramPacket answer = new DatagramPacket(new byte[512], 512);
      socket.receive(answer);
      return answer.getData()[3] & 15;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
