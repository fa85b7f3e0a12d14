// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.datapath.TrafficObservers;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.internal.wire.Sockets;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.netty.NetRuntime;
import org.jspecify.annotations.Nullable;

/** What all listeners and connections of one data path share. <b>Thread-safe.</b> */
final class ProxyContext {

  private final NetRuntime net;
  private final ProxyConfig config;
  private final LbMetrics metrics;
  private final TrafficObservers observers;

  // Guards the two below: they open selectors, so that is left to the first listener.
  private final Object lock = new Object();
  private @Nullable ProxyLoops loops;
  private @Nullable Sockets sockets;

  ProxyContext(NetRuntime net, ProxyConfig config, LbMetrics metrics, TrafficObservers observers) {
    this.net = net;
    this.config = config;
    this.metrics = metrics;
    this.observers = observers;
  }

  NetRuntime net() {
    return net;
  }

  ProxyConfig config() {
    return config;
  }

  LbMetrics metrics() {
    return metrics;
  }

  TrafficObservers observers() {
    return observers;
  }

  /** Counts and tells that a back end did not take a connection. */
  void failed(ServiceTally tally, Frontend frontend, HostPort backend, Failure failure) {
    tally.failed(failure);
    observers.failed(frontend, backend, failure);
  }

  /** Counts and tells how long it took a back end to take a connection. */
  void connected(Frontend frontend, HostPort backend, long nanos) {
    metrics.connectNanos.accept(nanos);
    observers.connected(frontend, backend, nanos);
  }

  ProxyLoops loops() {
    synchronized (lock) {
      ProxyLoops known = loops;
      if (known == null) {
        known = new ProxyLoops(net, config);
        loops = known;
      }
      return known;
    }
  }

  Sockets sockets() {
    synchronized (lock) {
      Sockets known = sockets;
      if (known == null) {
        known = Sockets.of(net.transport(), config.listensOnRoutes());
        sockets = known;
      }
      return known;
    }
  }

  /** Gives back what event loops keep for connections. */
  void release() {
    ProxyLoops known;
    synchronized (lock) {
      known = loops;
    }
    if (known != null) {
      for (ProxyLoop loop : known.all()) {
        if (!loop.events().isShuttingDown()) {
          loop.events().execute(loop::release);
        }
      }
    }
  }
}
