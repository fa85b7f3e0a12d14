// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * Section {@code lb.traffic}: how connections are carried in user space. <b>Immutable.</b>
 *
 * @param acceptHeaderFrom who must send a header of the PROXY protocol
 */
public record LbTrafficConfig(
    Duration connectTimeout,
    Duration connectBudget,
    int connectRetries,
    int retryBudgetPercent,
    int maxPendingConnects,
    Duration idleTimeout,
    int highWaterBytes,
    Duration udpIdleTimeout,
    int maxUdpSessions,
    List<Cidr> acceptHeaderFrom,
    Duration headerTimeout,
    boolean headerChecksum) {

  private static final int LEAST_HIGH_WATER = 1024;
  private static final Kind<Integer> COUNT = Kind.number(1, Integer.MAX_VALUE);
  private static final Kind<Integer> PERCENT = Kind.number(0, 100);

  static LbTrafficConfig read(Section traffic) {
    return new LbTrafficConfig(
        positive(
            traffic,
            "connectTimeout",
            ProxyConfig.DEFAULT_CONNECT_TIMEOUT,
            "Time for one try to reach a back end; then another one is tried."),
        positive(
            traffic,
            "connectBudget",
            ProxyConfig.DEFAULT_CONNECT_BUDGET,
            "Time for all tries of one connection."),
        traffic.value(
            "connectRetries",
            PERCENT,
            ProxyConfig.DEFAULT_CONNECT_RETRIES,
            "Further back ends that are tried before a client is refused."),
        traffic.value(
            "retryBudgetPercent",
            PERCENT,
            ProxyConfig.DEFAULT_RETRY_BUDGET_PERCENT,
            "How many connections of a VIP may be at a further try at a time, in hundredths of"
                + " those that are open; "
                + ProxyConfig.RETRIES_IN_ANY_CASE
                + " may in any case."),
        traffic.value(
            "maxPendingConnects",
            COUNT,
            ProxyConfig.DEFAULT_MAX_PENDING_CONNECTS,
            "Connections of one VIP that may wait for a back end at a time."),
        positive(
            traffic,
            "idleTimeout",
            ProxyConfig.DEFAULT_IDLE_TIMEOUT,
            "A connection without a byte for so long is cut."),
        traffic.value(
            "highWaterBytes",
            Kind.number(LEAST_HIGH_WATER, Integer.MAX_VALUE),
            ProxyConfig.DEFAULT_HIGH_WATER_BYTES,
            "Bytes that may wait for a slow side of a connection, in each direction."),
        positive(
            traffic,
            "udpIdleTimeout",
            ProxyConfig.DEFAULT_UDP_IDLE_TIMEOUT,
            "A UDP client that is silent for so long may be sent to another back end."),
        traffic.value(
            "maxUdpSessions",
            COUNT,
            ProxyConfig.DEFAULT_MAX_UDP_SESSIONS,
            "UDP clients at a time over all VIPs; each needs a file descriptor."),
        traffic.list(
            "acceptProxyHeaderFrom",
            Kind.PREFIX,
            List.of(),
            "TCP connections from these begin with a header of the PROXY protocol, and are reset"
                + " without. Who may write headers can claim to be anybody."),
        positive(
            traffic,
            "proxyHeaderTimeout",
            ProxyConfig.DEFAULT_PROXY_HEADER_TIMEOUT,
            "Time for such a header to come."),
        traffic.value(
            "proxyHeaderChecksum",
            Kind.FLAG,
            false,
            "Whether headers of version 2 that back ends get carry a checksum."));
  }

  private static Duration positive(Section section, String key, Duration byDefault, String help) {
    Duration value = section.value(key, Kind.DURATION, byDefault, help);
    if (value.isZero()) {
      section.problem(key, DurationText.of(value), "more than zero");
      return byDefault;
    }
    return value;
  }

  /** Adds what is said here to what a data path is made of. */
  void addTo(ProxyConfig.Builder builder) {
    builder
        .connectTimeout(connectTimeout)
        .connectBudget(connectBudget)
        .connectRetries(connectRetries)
        .retryBudgetPercent(retryBudgetPercent)
        .maxPendingConnects(maxPendingConnects)
        .idleTimeout(idleTimeout)
        .highWaterBytes(highWaterBytes)
        .udpIdleTimeout(udpIdleTimeout)
        .maxUdpSessions(maxUdpSessions)
        .acceptProxyHeaderFrom(new HashSet<>(acceptHeaderFrom))
        .proxyHeaderTimeout(headerTimeout)
        .proxyHeaderChecksum(headerChecksum);
  }
}
