// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The zone {@code zk}: five names for the servers of ZooKeeper, which run on the masters. With
 * fewer masters the list begins anew; with more, the first five count. Until masters are known the
 * zone is empty, and when none is known any more the last ones stay.
 *
 * <p><b>Thread-safe.</b>
 */
public final class ZkZone implements Zone {

  /** Name of the zone. */
  public static final DomainName ORIGIN = DomainName.parse("zk");

  private static final int NAMES = 5;

  /** Begins to tell of masters. */
  private interface Source {
    Subscription subscribe(Executor executor, Consumer<Masters> listener);
  }

  private final GivenZone zone;
  private final Source source;
  private final SharedFollowing following = new SharedFollowing();

  private ZkZone(Source source, TimeSource time) {
    this.zone = new GivenZone(ORIGIN, false, time);
    this.source = source;
  }

  /** The zone of the masters that the state of a cluster names. */
  public static ZkZone of(ClusterSource cluster, TimeSource time) {
    requireNonNull(cluster, "cluster");
    return new ZkZone(
        (executor, listener) ->
            cluster.subscribe(
                executor,
                update -> {
                  if (update.change().masters() != null) {
                    listener.accept(update.after().masters());
                  }
                }),
        time);
  }

  /** The zone of the masters that a detector finds. */
  public static ZkZone of(MasterDetector detector, TimeSource time) {
    requireNonNull(detector, "detector");
    return new ZkZone(detector::subscribe, time);
  }

  /** The zone of these masters, for ever; see {@link MasterList}. */
  public static ZkZone of(List<IpAddress> masters, TimeSource time) {
    ZkZone fixed = new ZkZone((executor, listener) -> () -> {}, time);
    fixed.put(List.copyOf(masters));
    return fixed;
  }

  private void changed(Masters masters) {
    Set<IpAddress> addresses = new LinkedHashSet<>();
    for (Master master : masters.all()) {
      addresses.add(master.endpoint().address());
    }
    Master leader = masters.leader();
    if (leader != null) {
      addresses.add(leader.endpoint().address());
    }
    if (!addresses.isEmpty()) {
      put(List.copyOf(addresses));
    }
  }

  private void put(List<IpAddress> masters) {
    Map<DomainName, List<RecordSet>> records = new HashMap<>();
    for (int i = 0; i < NAMES && !masters.isEmpty(); i++) {
      IpAddress master = masters.get(i % masters.size());
      records.put(DomainName.parse("zk-" + (i + 1) + ".zk"), GivenZone.addresses(List.of(master)));
    }
    zone.put(records);
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
    requireNonNull(surroundings, "surroundings");
    return following.join(
        () -> {
          var unused = zone.follow(surroundings); // its figures; there is nothing to end
          return source.subscribe(surroundings.executor(), this::changed);
        });
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
