// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.vip.VipKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The figures that are told for each VIP by itself. There are at most {@value #MOST} sets of them
 * in the life of a process; VIPs that come later share one, under the name {@value #OTHERS}.
 *
 * <p><b>Thread-safe.</b>
 */
public final class VipSeries {

  /** VIPs with figures of their own. */
  static final int MOST = 1_000;

  /** The VIPs that share theirs. */
  static final String OTHERS = "others";

  private static final String PREFIX = "dcosnet.lb.vip.";

  public final Counter connections;
  public final Counter toBackends;
  public final Counter toClients;
  public final LongAdder active = new LongAdder();

  private final MetricsSink sink;
  private final String vip;
  private final String protocol;
  private final Map<String, Counter> failures = new ConcurrentHashMap<>();

  private VipSeries(MetricsSink sink, String vip, String protocol) {
    this.sink = sink;
    this.vip = vip;
    this.protocol = protocol;
    connections =
        sink.counter(
            PREFIX + "connections", "connections to a VIP", "vip", vip, "protocol", protocol);
    toBackends = bytes("backend");
    toClients = bytes("client");
    sink.gauge(
        PREFIX + "connections.active",
        "connections to a VIP that are open now",
        active::sum,
        "vip",
        vip,
        "protocol",
        protocol);
  }

  private Counter bytes(String to) {
    return sink.counter(
        PREFIX + "bytes",
        "payload forwarded for a VIP",
        "vip",
        vip,
        "protocol",
        protocol,
        "to",
        to);
  }

  /** A back end did not take a connection. */
  public Counter failures(String kind) {
    return failures.computeIfAbsent(
        kind,
        k ->
            sink.counter(
                PREFIX + "failures",
                "back ends of a VIP that did not take a connection",
                "vip",
                vip,
                "protocol",
                protocol,
                "kind",
                k));
  }

  /** The sets of one sink. <b>Thread-safe.</b> */
  static final class All {
    private final MetricsSink sink;
    private final Map<VipKey, VipSeries> own = new ConcurrentHashMap<>();
    private final Map<String, VipSeries> shared = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    All(MetricsSink sink) {
      this.sink = sink;
    }

    /** The set of a VIP, its own or a shared one. */
    VipSeries of(VipKey key) {
      VipSeries known = own.get(key);
      if (known != null) {
        return known;
      }
      String protocol = key.protocol().toString();
      if (count.get() < MOST) {
        VipSeries made = own.computeIfAbsent(key, k -> first(k, protocol));
        if (made != null) {
          return made;
        }
      }
      return shared.computeIfAbsent(protocol, p -> new VipSeries(sink, OTHERS, p));
    }

    /** Called once for each, however many ask at a time; null when there is no place. */
    private @Nullable VipSeries first(VipKey key, String protocol) {
      if (count.getAndIncrement() >= MOST) {
        count.decrementAndGet();
        return null;
      }
      return new VipSeries(sink, key.toString().substring(protocol.length() + 1), protocol);
    }
  }
}
