// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The UDP ports of one lane towards one server. Each question leaves from one of them by chance, so
 * a forger has to guess the port too (RFC 5452 §9.2), without the cost of a socket for each
 * question. The kernel gives the numbers, at random.
 *
 * <p><b>Confined to</b> the lane.
 */
final class UdpPorts {

  private final Lane lane;
  private final Server server;
  private final @Nullable UdpPort[] ports;

  /** Take no new questions and close when the last one is over. */
  private final List<UdpPort> retired = new ArrayList<>();

  UdpPorts(Lane lane, Server server) {
    this.lane = lane;
    this.server = server;
    this.ports = new @Nullable UdpPort[lane.ports()];
  }

  void send(Asked question) {
    int place = lane.random().nextInt(ports.length);
    UdpPort port = ports[place];
    if (port != null && port.isSpent(lane.nanos())) {
      retire(port);
      port = null;
    }
    if (port == null) {
      port = new UdpPort(lane, server, this);
      ports[place] = port;
      port.open();
    }
    port.send(question);
  }

  /** Takes a port out of use: it is spent, broken, or somebody found its number. */
  void retire(UdpPort port) {
    for (int i = 0; i < ports.length; i++) {
      if (ports[i] == port) {
        ports[i] = null;
        if (!port.closeIfUnused()) {
          retired.add(port);
        }
      }
    }
  }

  /** Closes what is old; false when nothing is left open. */
  boolean sweep(long nowNanos) {
    boolean open = false;
    for (UdpPort port : ports) {
      if (port != null && port.isSpent(nowNanos)) {
        retire(port);
      } else {
        open |= port != null;
      }
    }
    retired.removeIf(UdpPort::closeIfUnused);
    return open || !retired.isEmpty();
  }
}
