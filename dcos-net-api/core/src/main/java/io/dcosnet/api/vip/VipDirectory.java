// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Which VIP names there are and which addresses they have on this node. The load balancer fills it,
 * the DNS part reads it.
 *
 * <p><b>Thread-safe.</b>
 */
public interface VipDirectory {

  /** The names now. */
  Snapshot snapshot();

  /**
   * Delivers the present names as one change from nothing, then every change, one call at a time
   * and in order.
   */
  Subscription subscribe(Executor executor, Listener listener);

  /** Learns of changed names; must not block for long. */
  @FunctionalInterface
  interface Listener {
    void changed(Snapshot after, List<Change<Entry>> changes);
  }

  /**
   * A port that is served under a name. <b>Immutable.</b>
   *
   * @param port 1-65535, what clients on this node connect to
   * @param vipPort 1-65535, the one that the VIP has everywhere; differs from {@code port} where a
   *     node cannot open it
   * @param names what tasks call the port, such as {@code http}, each good as a DNS label; sorted
   */
  record Service(Protocol protocol, int port, int vipPort, List<String> names)
      implements Comparable<Service> {

    private static final Comparator<Service> ORDER =
        Comparator.comparing(Service::port)
            .thenComparing(Service::protocol)
            .thenComparing(Service::vipPort)
            .thenComparing(service -> String.join(",", service.names));

    public Service {
      requireNonNull(protocol, "protocol");
      names = List.copyOf(new TreeSet<>(names));
    }

    /** One that has the same port everywhere and no name. */
    public Service(Protocol protocol, int port) {
      this(protocol, port, port, List.of());
    }

    @Override
    public int compareTo(Service other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * One name. <b>Immutable.</b>
   *
   * @param name canonical, without the zone: {@code web.marathon}
   * @param ipv4 null when the name has no IPv4 service
   * @param ipv6 null when the name has no IPv6 service
   * @param services sorted by port
   */
  record Entry(
      String name,
      @Nullable IpAddress ipv4,
      @Nullable IpAddress ipv6,
      Collection<Service> services) {
    public Entry {
      requireNonNull(name, "name");
      SortedSet<Service> sorted = new TreeSet<>(services);
      services = List.copyOf(sorted);
    }
  }

  /** All names at one moment. <b>Immutable.</b> */
  record Snapshot(Map<String, Entry> byName) {

    /** No name. */
    public static final Snapshot EMPTY = new Snapshot(Map.of());

    public Snapshot {
      byName = Map.copyOf(byName);
    }

    public Optional<Entry> entry(String name) {
      return Optional.ofNullable(byName.get(name));
    }
  }
}
