// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The zone {@code thisnode.thisdcos.directory}: the addresses of the node that answers, and under
 * {@code public} those by which it is known outside, as soon as somebody finds them out.
 *
 * <p><b>Thread-safe.</b>
 */
public final class ThisNodeZone implements Zone {

  /** Name of the zone. */
  public static final DomainName ORIGIN = DomainName.parse("thisnode.thisdcos.directory");

  private static final DomainName PUBLIC = DomainName.parse("public.thisnode.thisdcos.directory");

  private final GivenZone zone;
  private List<IpAddress> own; // guarded by this
  private List<IpAddress> outside = List.of(); // guarded by this

  private ThisNodeZone(List<IpAddress> own, TimeSource time) {
    this.zone = new GivenZone(ORIGIN, false, time);
    this.own = own;
    put();
  }

  /** The zone of a node with these addresses. */
  public static ThisNodeZone of(List<IpAddress> addresses, TimeSource time) {
    return new ThisNodeZone(List.copyOf(addresses), time);
  }

  /** Puts these in place of the addresses of the node. */
  public synchronized void addresses(List<IpAddress> addresses) {
    own = List.copyOf(addresses);
    put();
  }

  /** Puts these in place of the addresses by which the node is known outside; none for none. */
  public synchronized void publicAddresses(List<IpAddress> addresses) {
    outside = List.copyOf(addresses);
    put();
  }

  private void put() {
    zone.put(Map.of(ORIGIN, GivenZone.addresses(own), PUBLIC, GivenZone.addresses(outside)));
  }

  @Override
  public DomainName origin() {
    return ORIGIN;
  }

  @Override
  public ZoneSnapshot snapshot() {
    return zone.snapshot();
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    return zone.follow(surroundings);
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return zone.watch(executor, listener);
  }

  @Override
  public String toString() {
    return zone.toString();
  }
}
