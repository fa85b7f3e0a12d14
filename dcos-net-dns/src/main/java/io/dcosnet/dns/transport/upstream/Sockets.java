// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.dns.forward.Upstream.Carrier;

/** The sockets of one lane to one server. <b>Confined to</b> the lane. */
final class Sockets {

  private final UdpPorts udp;
  private final Streams tcp;
  private final Streams tls;

  Sockets(Lane lane, Server server) {
    udp = new UdpPorts(lane, server);
    tcp = new Streams(lane, server, Carrier.TCP);
    tls = new Streams(lane, server, Carrier.TLS);
  }

  void send(Asked question) {
    switch (question.carrier) {
      case UDP -> udp.send(question);
      case TCP -> tcp.send(question);
      case TLS -> tls.send(question);
    }
  }

  /** Closes what is old or idle; false when nothing is left open. */
  boolean sweep(long nowNanos) {
    boolean anyPort = udp.sweep(nowNanos);
    boolean anyConnection = tcp.sweep(nowNanos);
    return tls.sweep(nowNanos) || anyPort || anyConnection;
  }
}
