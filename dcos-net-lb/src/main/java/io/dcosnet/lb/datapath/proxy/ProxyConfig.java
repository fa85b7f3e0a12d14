// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.VipAddresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the user-space data path listens and connects. <b>Immutable.</b> */
public final class ProxyConfig {

  /** With it, ports below 1024 need no privilege. */
  public static final int DEFAULT_UNPRIVILEGED_PORT_OFFSET = 10_000;

  /**
   * A back end on the same network answers in a millisecond, and a lost SYN is sent again after 1
   * s.
   */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(1);

  /** All tries for one connection together. */
  public static final Duration DEFAULT_CONNECT_BUDGET = Duration.ofSeconds(3);

  /** Further back ends tried for one connection. */
  public static final int DEFAULT_CONNECT_RETRIES = 3;

  /** Retries of one VIP at a time, in hundredths of its connections. */
  public static final int DEFAULT_RETRY_BUDGET_PERCENT = 20;

  /** Retries of one VIP at a time that its budget allows in any case. */
  public static final int RETRIES_IN_ANY_CASE = 32;

  /** Connections of one VIP that may wait for a back end at a time. */
  public static final int DEFAULT_MAX_PENDING_CONNECTS = 4096;

  /** Longer than the keep-alive of common clients. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofHours(1);

  /** As most routers and other load balancers do. */
  public static final Duration DEFAULT_UDP_IDLE_TIMEOUT = Duration.ofSeconds(30);

  /** As long as the protocol says that a receiver should wait at least. */
  public static final Duration DEFAULT_PROXY_HEADER_TIMEOUT = Duration.ofSeconds(5);

  /** Each holds a file descriptor; the limit of the process may be reached before. */
  public static final int DEFAULT_MAX_UDP_SESSIONS = 65_536;

  /** Unsent bytes in one direction at which the other side is not read any more. */
  public static final int DEFAULT_HIGH_WATER_BYTES = 64 * 1024;

  private final @Nullable Cidr listenRange;
  private final boolean listensOnRoutes;
  private final AddressRange vipRange;
  private final int unprivilegedPortOffset;
  private final Duration connectTimeout;
  private final Duration connectBudget;
  private final int connectRetries;
  private final int retryBudgetPercent;
  private final int maxPendingConnects;
  private final Duration idleTimeout;
  private final int highWaterBytes;
  private final Duration udpIdleTimeout;
  private final int maxUdpSessions;
  private final Set<Cidr> acceptProxyHeaderFrom;
  private final Duration proxyHeaderTimeout;
  private final boolean proxyHeaderChecksum;

  private ProxyConfig(Builder builder) {
    listenRange = builder.listenRange;
    listensOnRoutes = builder.listensOnRoutes;
    vipRange = builder.vipRange;
    Integer offset = builder.unprivilegedPortOffset;
    int byDefault = listenRange == null ? 0 : DEFAULT_UNPRIVILEGED_PORT_OFFSET;
    unprivilegedPortOffset = offset == null ? byDefault : offset;
    connectTimeout = builder.connectTimeout;
    connectBudget = builder.connectBudget;
    connectRetries = builder.connectRetries;
    retryBudgetPercent = builder.retryBudgetPercent;
    maxPendingConnects = builder.maxPendingConnects;
    idleTimeout = builder.idleTimeout;
    highWaterBytes = builder.highWaterBytes;
    udpIdleTimeout = builder.udpIdleTimeout;
    maxUdpSessions = builder.maxUdpSessions;
    acceptProxyHeaderFrom = builder.acceptProxyHeaderFrom;
    proxyHeaderTimeout = builder.proxyHeaderTimeout;
    proxyHeaderChecksum = builder.proxyHeaderChecksum;
  }

  /** Listens on the virtual addresses themselves, which must be on a device of this node. */
  public static ProxyConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Addresses of this node that stand for VIPs; empty when VIPs stand for themselves. */
  public Optional<Cidr> listenRange() {
    return Optional.ofNullable(listenRange);
  }

  /** Whether VIPs are this node's by routes alone. */
  public boolean listensOnRoutes() {
    return listensOnRoutes;
  }

  /** Where names have their addresses: the offset in here becomes the one in the listen range. */
  public AddressRange vipRange() {
    return vipRange;
  }

  /** Added to ports below 1024; 0 leaves them alone. */
  public int unprivilegedPortOffset() {
    return unprivilegedPortOffset;
  }

  public Duration connectTimeout() {
    return connectTimeout;
  }

  public Duration connectBudget() {
    return connectBudget;
  }

  public int connectRetries() {
    return connectRetries;
  }

  public int retryBudgetPercent() {
    return retryBudgetPercent;
  }

  public int maxPendingConnects() {
    return maxPendingConnects;
  }

  public Duration idleTimeout() {
    return idleTimeout;
  }

  public int highWaterBytes() {
    return highWaterBytes;
  }

  public Duration udpIdleTimeout() {
    return udpIdleTimeout;
  }

  public int maxUdpSessions() {
    return maxUdpSessions;
  }

  /** Who must send a header of the PROXY protocol first. */
  public Set<Cidr> acceptProxyHeaderFrom() {
    return acceptProxyHeaderFrom;
  }

  public Duration proxyHeaderTimeout() {
    return proxyHeaderTimeout;
  }

  public boolean proxyHeaderChecksum() {
    return proxyHeaderChecksum;
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private @Nullable Cidr listenRange;
    private AddressRange vipRange = VipAddresses.DEFAULT_IPV4;
    private @Nullable Integer unprivilegedPortOffset;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Duration connectBudget = DEFAULT_CONNECT_BUDGET;
    private int connectRetries = DEFAULT_CONNECT_RETRIES;
    private int retryBudgetPercent = DEFAULT_RETRY_BUDGET_PERCENT;
    private int maxPendingConnects = DEFAULT_MAX_PENDING_CONNECTS;
    private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
    private int highWaterBytes = DEFAULT_HIGH_WATER_BYTES;
    private Duration udpIdleTimeout = DEFAULT_UDP_IDLE_TIMEOUT;
    private int maxUdpSessions = DEFAULT_MAX_UDP_SESSIONS;
    private Set<Cidr> acceptProxyHeaderFrom = Set.of();
    private Duration proxyHeaderTimeout = DEFAULT_PROXY_HEADER_TIMEOUT;
    private boolean proxyHeaderChecksum;
    private boolean listensOnRoutes;

    private Builder() {}

    /**
     * Lets addresses of this range stand for VIPs, such as {@code 127.64.0.0/16}, which every
     * process of a Linux machine may listen on. IPv4, 8 to 30 bits. A larger range makes it rarer
     * that a VIP has to give way to another. Default: none.
     */
    public Builder listenRange(Cidr range) {
      listenRange = requireNonNull(range, "range");
      return this;
    }

    /**
     * Says that VIPs are this node's by local routes and on no device. Linux lets anybody listen on
     * such IPv4 addresses; on IPv6 ones only with this, and epoll. With it nobody says so when an
     * address is not this node's at all. Default: false.
     */
    public Builder listensOnRoutes(boolean routed) {
      listensOnRoutes = routed;
      return this;
    }

    /** The range that names get their IPv4 addresses from. Default: that of DC/OS. */
    public Builder vipRange(AddressRange range) {
      vipRange = requireNonNull(range, "range");
      return this;
    }

    /**
     * Added to VIP ports below 1024, 0 to 60 000. Default: {@value
     * #DEFAULT_UNPRIVILEGED_PORT_OFFSET} with a listen range, 0 without one.
     */
    public Builder unprivilegedPortOffset(int offset) {
      unprivilegedPortOffset = offset;
      return this;
    }

    /** Time for one try. Longer waits out lost packets; shorter finds another back end sooner. */
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = requireNonNull(timeout, "timeout");
      return this;
    }

    /** Time for all tries of one connection. */
    public Builder connectBudget(Duration budget) {
      connectBudget = requireNonNull(budget, "budget");
      return this;
    }

    /** Further back ends tried before a client is refused, 0 to 100. */
    public Builder connectRetries(int retries) {
      connectRetries = retries;
      return this;
    }

    /**
     * How many connections of a VIP may be at a further try at a time, in hundredths of those that
     * are open; {@value #RETRIES_IN_ANY_CASE} may in any case. More helps clients when many back
     * ends are dead at once, and loads those that are left. 0 to 100.
     */
    public Builder retryBudgetPercent(int percent) {
      retryBudgetPercent = percent;
      return this;
    }

    /**
     * How many connections of a VIP may wait for a back end at a time; further ones are reset. More
     * lets a burst wait longer where back ends are slow to accept. 1 or more.
     */
    public Builder maxPendingConnects(int connects) {
      maxPendingConnects = connects;
      return this;
    }

    /** A connection without a byte for so long is cut. Shorter frees memory of silent clients. */
    public Builder idleTimeout(Duration timeout) {
      idleTimeout = requireNonNull(timeout, "timeout");
      return this;
    }

    /**
     * Bytes that may wait for a slow side, 1024 or more. More raises throughput on long links, and
     * memory: twice so much for each connection.
     */
    public Builder highWaterBytes(int bytes) {
      highWaterBytes = bytes;
      return this;
    }

    /**
     * A UDP client without a datagram in either direction for so long may be sent to another back
     * end with the next one. Shorter frees sockets; longer suits protocols with pauses.
     */
    public Builder udpIdleTimeout(Duration timeout) {
      udpIdleTimeout = requireNonNull(timeout, "timeout");
      return this;
    }

    /**
     * UDP clients at a time over all VIPs, 1 or more; beyond it those that were silent for the
     * longest time give way. Each needs a file descriptor.
     */
    public Builder maxUdpSessions(int most) {
      maxUdpSessions = most;
      return this;
    }

    /**
     * TCP connections from these addresses begin with a header of the PROXY protocol, version 1 or
     * 2; the client that it names counts from then on. One without a header is reset: such a
     * listener never guesses, so list only proxies that always send one. Who may write headers can
     * claim to be anybody. Default: none.
     */
    public Builder acceptProxyHeaderFrom(Set<Cidr> trusted) {
      acceptProxyHeaderFrom = Set.copyOf(trusted);
      return this;
    }

    /** Time for a header to come. Shorter frees memory of proxies that say nothing sooner. */
    public Builder proxyHeaderTimeout(Duration timeout) {
      proxyHeaderTimeout = requireNonNull(timeout, "timeout");
      return this;
    }

    /**
     * Puts a checksum into headers of version 2 that back ends get, where TCP alone is not trusted.
     * Default: false.
     */
    public Builder proxyHeaderChecksum(boolean wanted) {
      proxyHeaderChecksum = wanted;
      return this;
    }

    /**
     * Checks everything together.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public ProxyConfig build() {
      List<String> problems = new ArrayList<>();
      Cidr range = listenRange;
      if (range != null && (range.first().isIpv6() || range.length() < 8 || range.length() > 30)) {
        problems.add("listenRange: " + range + " (expected: IPv4, /8 to /30)");
      }
      if (!vipRange.first().isIpv4()) {
        problems.add("vipRange: " + vipRange + " (expected: IPv4)");
      }
      Integer offset = unprivilegedPortOffset;
      if (offset != null && (offset < 0 || offset > 60_000)) {
        problems.add("unprivilegedPortOffset: " + offset + " (expected: 0-60000)");
      }
      positive(problems, "connectTimeout", connectTimeout);
      positive(problems, "connectBudget", connectBudget);
      positive(problems, "idleTimeout", idleTimeout);
      positive(problems, "udpIdleTimeout", udpIdleTimeout);
      positive(problems, "proxyHeaderTimeout", proxyHeaderTimeout);
      if (maxUdpSessions < 1) {
        problems.add("maxUdpSessions: " + maxUdpSessions + " (expected: at least 1)");
      }
      if (connectRetries < 0 || connectRetries > 100) {
        problems.add("connectRetries: " + connectRetries + " (expected: 0-100)");
      }
      if (retryBudgetPercent < 0 || retryBudgetPercent > 100) {
        problems.add("retryBudgetPercent: " + retryBudgetPercent + " (expected: 0-100)");
      }
      if (maxPendingConnects < 1) {
        problems.add("maxPendingConnects: " + maxPendingConnects + " (expected: at least 1)");
      }
      if (highWaterBytes < 1024) {
        problems.add("highWaterBytes: " + highWaterBytes + " (expected: at least 1024)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new ProxyConfig(this);
    }

    private static void positive(List<String> problems, String name, Duration value) {
      if (value.isNegative() || value.isZero()) {
        problems.add(name + ": " + value + " (expected: more than 0)");
      }
    }
  }
}
