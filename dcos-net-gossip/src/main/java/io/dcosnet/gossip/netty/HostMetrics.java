// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.api.spi.MetricsSink;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/** The figures of sockets. For one thread, as it remembers the counters. */
final class HostMetrics {

  private static final String DATAGRAMS = "dcosnet.gossip.datagrams";
  private static final String BYTES = "dcosnet.gossip.bytes";

  private final MetricsSink sink;
  private final MetricsSink.Counter datagramsIn;
  private final MetricsSink.Counter datagramsOut;
  private final MetricsSink.Counter udpIn;
  private final MetricsSink.Counter udpOut;
  private final MetricsSink.Counter tcpIn;
  private final MetricsSink.Counter tcpOut;
  private final MetricsSink.Counter failedSends;
  private final MetricsSink.Counter faults;
  private final LongConsumer lag;
  private final Map<String, MetricsSink.Counter> dropped = new HashMap<>();

  HostMetrics(MetricsSink sink) {
    this.sink = sink;
    this.datagramsIn = sink.counter(DATAGRAMS, "Datagrams", "dir", "in");
    this.datagramsOut = sink.counter(DATAGRAMS, "Datagrams", "dir", "out");
    this.udpIn = bytes("in", "udp");
    this.udpOut = bytes("out", "udp");
    this.tcpIn = bytes("in", "tcp");
    this.tcpOut = bytes("out", "tcp");
    this.failedSends =
        sink.counter("dcosnet.gossip.send.failures", "Datagrams that the system refused to send");
    this.faults =
        sink.counter("dcosnet.gossip.faults", "Failures of our own that were caught and logged");
    this.lag = sink.distribution("dcosnet.gossip.loop.lag.nanos", "How late timers ran");
  }

  private MetricsSink.Counter bytes(String direction, String transport) {
    return sink.counter(
        BYTES, "Octets of payload on sockets", "dir", direction, "transport", transport);
  }

  void datagramIn(int octets) {
    datagramsIn.increment();
    udpIn.add(octets);
  }

  void datagramOut(int octets) {
    datagramsOut.increment();
    udpOut.add(octets);
  }

  void streamIn(int octets) {
    tcpIn.add(octets);
  }

  void streamOut(int octets) {
    tcpOut.add(octets);
  }

  void sendFailed() {
    failedSends.increment();
  }

  void fault() {
    faults.increment();
  }

  void lag(long nanos) {
    lag.accept(nanos);
  }

  void dropped(String reason) {
    dropped
        .computeIfAbsent(
            reason,
            key ->
                sink.counter(
                    "dcosnet.gossip.dropped",
                    "Datagrams, frames and messages that were not taken",
                    "reason",
                    key))
        .increment();
  }
}
