// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what happens on to everybody who wants to know. <b>Thread-safe.</b> */
final class Observers implements TrafficObserver {

  private static final Logger LOGGER = LoggerFactory.getLogger(Observers.class);

  private final List<TrafficObserver> all = new CopyOnWriteArrayList<>();

  Subscription add(TrafficObserver observer) {
    all.add(observer);
    return () -> all.remove(observer);
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
}
