// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.ipvs.IpvsSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then at back ends that get nothing new, and tells when the last connection of one
 * has ended. Nothing runs while there are none. <b>Thread-safe.</b>
 */
final class DrainWatch implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(DrainWatch.class);

  private final Scheduler scheduler;
  private final Executor blocking;
  private final Duration interval;
  private final TrafficObserver observers;

  // All below under the lock of this.
  private final Map<Frontend, Set<HostPort>> busy = new HashMap<>();
  private Map<Frontend, Set<HostPort>> followed = Map.of();
  private @Nullable IpvsHost kernel;
  private Scheduler.@Nullable Timer timer;
  private boolean closed;

  /**
   * Watches nothing yet.
   *
   * @param blocking where the kernel is asked, and observers are told
   */
  DrainWatch(Scheduler scheduler, Executor blocking, Duration interval, TrafficObserver observers) {
    this.scheduler = scheduler;
    this.blocking = blocking;
    this.interval = interval;
    this.observers = observers;
  }

  /** Follows what this table leaves without new connections, in place of the table before. */
  synchronized void follow(IpvsHost host, VipTable table) {
    Map<Frontend, Set<HostPort>> idle = new HashMap<>();
    for (Service service : table.services().values()) {
      if (service.frontend().protocol() == Protocol.TCP) {
        for (Target target : service.targets()) {
          if (!target.takesNew()) {
            idle.computeIfAbsent(service.frontend(), key -> new HashSet<>()).add(target.endpoint());
          }
        }
      }
    }
    busy.keySet().retainAll(idle.keySet());
    idle.forEach(
        (frontend, endpoints) -> {
          // Whether a new one has connections is seen with the next look.
          Set<HostPort> unseen = new HashSet<>(endpoints);
          unseen.removeAll(followed.getOrDefault(frontend, Set.of()));
          Set<HostPort> open = busy.computeIfAbsent(frontend, key -> new HashSet<>());
          open.retainAll(endpoints);
          open.addAll(unseen);
        });
    kernel = host;
    followed = idle;
    next();
  }

  private synchronized void next() {
    if (timer == null && !closed && !followed.isEmpty()) {
      timer = scheduler.schedule(interval, this::begin);
    }
  }

  private void begin() {
    try {
      blocking.execute(this::look);
    } catch (RejectedExecutionException e) {
      LOGGER.warn("draining back ends are looked at later, as too much work waits", e);
      done();
    }
  }

  private synchronized void done() {
    timer = null;
    next();
  }

  private void look() {
    IpvsHost host;
    Map<Frontend, Set<HostPort>> all;
    synchronized (this) {
      host = kernel;
      all = followed;
    }
    try {
      if (host != null) {
        all.forEach((frontend, endpoints) -> look(host, frontend, endpoints));
      }
    } catch (KernelException e) {
      LOGGER.warn("draining back ends could not be looked at", e);
    } finally {
      done();
    }
  }

  private void look(IpvsHost host, Frontend frontend, Set<HostPort> endpoints) {
    Set<HostPort> open = new HashSet<>();
    for (IpvsSocket.Destination one : host.destinations(Wanted.key(frontend))) {
      HostPort endpoint = one.destination().endpoint();
      if (one.active() > 0 && endpoints.contains(endpoint)) {
        open.add(endpoint);
      }
    }
    Set<HostPort> ended = new HashSet<>();
    synchronized (this) {
      if (closed || followed.get(frontend) != endpoints) {
        return; // another table came meanwhile
      }
      ended.addAll(busy.getOrDefault(frontend, Set.of()));
      ended.removeAll(open);
      busy.put(frontend, open);
    }
    ended.forEach(endpoint -> observers.drained(frontend, endpoint));
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
  }
}
