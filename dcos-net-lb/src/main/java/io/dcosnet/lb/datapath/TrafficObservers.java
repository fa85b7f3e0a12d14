// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes what happens on to everybody who wants to know, for who implements {@link DataPath}. What
 * one of them throws is logged, and the others learn of it all the same.
 *
 * <p><b>Thread-safe.</b>
 */
public final class TrafficObservers implements TrafficObserver {

  private static final Logger LOGGER = LoggerFactory.getLogger(TrafficObservers.class);

  private final List<TrafficObserver> all = new CopyOnWriteArrayList<>();

  /** With nobody who wants to know. */
  public TrafficObservers() {}

  /** Tells this one too, until the subscription is closed; one that is added twice hears twice. */
  public Subscription add(TrafficObserver observer) {
    TrafficObserver added = new Forwarding(requireNonNull(observer, "observer"));
    all.add(added);
    return () -> all.remove(added);
  }

  @Override
  public void connected(Frontend frontend, HostPort backend, long nanos) {
    tell(observer -> observer.connected(frontend, backend, nanos));
  }

  @Override
  public void served(Frontend frontend, HostPort backend) {
    tell(observer -> observer.served(frontend, backend));
  }

  @Override
  public void failed(Frontend frontend, HostPort backend, Failure failure) {
    tell(observer -> observer.failed(frontend, backend, failure));
  }

  @Override
  public void drained(Frontend frontend, HostPort backend) {
    tell(observer -> observer.drained(frontend, backend));
  }

  private void tell(Consumer<TrafficObserver> news) {
    for (TrafficObserver observer : all) {
      try {
        news.accept(observer);
      } catch (RuntimeException e) {
        LOGGER.warn("a traffic observer failed", e);
      }
    }
  }

  /** So that a subscription ends itself, and not another one of the same observer. */
  private static final class Forwarding implements TrafficObserver {
    private final TrafficObserver to;

    Forwarding(TrafficObserver to) {
      this.to = to;
    }

    @Override
    public void connected(Frontend frontend, HostPort backend, long nanos) {
      to.connected(frontend, backend, nanos);
    }

    @Override
    public void served(Frontend frontend, HostPort backend) {
      to.served(frontend, backend);
    }

    @Override
    public void failed(Frontend frontend, HostPort backend, Failure failure) {
      to.failed(frontend, backend, failure);
    }

    @Override
    public void drained(Frontend frontend, HostPort backend) {
      to.drained(frontend, backend);
    }
  }
}
