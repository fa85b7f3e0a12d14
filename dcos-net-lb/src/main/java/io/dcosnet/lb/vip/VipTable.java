// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a data path has to serve at one moment: each service with its address and its targets.
 * Services that did not change between two tables are the same objects.
 *
 * <p><b>Immutable.</b>
 */
public final class VipTable {

  /** Nothing to serve. */
  public static final VipTable EMPTY = new VipTable(Map.of());

  private final Map<Frontend, Service> services;

  private VipTable(Map<Frontend, Service> services) {
    this.services = services;
  }

  /**
   * A table of these services.
   *
   * @throws IllegalArgumentException when two have the same front end
   */
  public static VipTable of(Collection<Service> services) {
    Map<Frontend, Service> byFrontend = new HashMap<>(services.size() * 2);
    for (Service service : services) {
      Service other = byFrontend.put(service.frontend(), service);
      if (other != null) {
        throw new IllegalArgumentException(
            service.frontend() + ": both " + other.key() + " and " + service.key());
      }
    }
    return byFrontend.isEmpty() ? EMPTY : new VipTable(byFrontend);
  }

  /** A table of these services, which nobody else may change any more. */
  static VipTable owning(Map<Frontend, Service> services) {
    return services.isEmpty() ? EMPTY : new VipTable(services);
  }

  /** All services by what clients connect to, without a defined order. */
  public Map<Frontend, Service> services() {
    return Collections.unmodifiableMap(services);
  }

  public Optional<Service> service(Frontend frontend) {
    return Optional.ofNullable(services.get(frontend));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VipTable that && services.equals(that.services);
  }

  @Override
  public int hashCode() {
    return services.hashCode();
  }

  @Override
  public String toString() {
    return "VipTable[services=" + services.size() + "]";
  }

  /** What a client connects to: a virtual address and a port. */
  public record Frontend(Protocol protocol, HostPort endpoint) implements Comparable<Frontend> {
    public Frontend {
      requireNonNull(protocol, "protocol");
      requireNonNull(endpoint, "endpoint");
    }

    @Override
    public int compareTo(Frontend other) {
      int byEndpoint = endpoint.compareTo(other.endpoint);
      return byEndpoint != 0 ? byEndpoint : protocol.compareTo(other.protocol);
    }

    @Override
    public String toString() {
      return protocol + " " + endpoint;
    }
  }

  /**
   * One VIP in one family of addresses.
   *
   * @param targets sorted by endpoint, each endpoint once
   */
  public record Service(
      VipKey key, Frontend frontend, ServiceOptions options, List<Target> targets) {
    public Service {
      requireNonNull(key, "key");
      requireNonNull(frontend, "frontend");
      requireNonNull(options, "options");
      targets = List.copyOf(targets);
    }

    /** One with the default options. */
    public Service(VipKey key, Frontend frontend, List<Target> targets) {
      this(key, frontend, ServiceOptions.DEFAULTS, targets);
    }
  }

  /**
   * One place that connections go to.
   *
   * @param weight that counts now: 0 for one that gets nothing new
   * @param share weight that it would have if nothing were wrong with it: one that was ejected for
   *     a while keeps its share, so that a consistent hash gives it its clients back afterwards
   * @param maxConnections most connections at a time beside those that it had when this limit came;
   *     {@link ServiceOptions#UNLIMITED}
   * @param drainDeadlineNanos on this process' monotonic clock, when what it still has is cut;
   *     {@link #NEVER} for one that keeps its connections
   * @param origin where its task runs
   */
  public record Target(
      HostPort endpoint,
      Backend.State state,
      int weight,
      int share,
      int maxConnections,
      long drainDeadlineNanos,
      Origin origin) {

    /** No deadline. */
    public static final long NEVER = Long.MAX_VALUE;

    public Target {
      requireNonNull(endpoint, "endpoint");
      requireNonNull(state, "state");
      requireNonNull(origin, "origin");
      if ((weight != 0 || share != 0) && state != Backend.State.UP) {
        throw new IllegalArgumentException(
            "weight of " + endpoint + ": " + weight + " (expected: 0 when " + state + ")");
      }
      if (weight < 0 || share < 0) {
        throw new IllegalArgumentException(
            "weight of " + endpoint + ": " + weight + ", " + share + " (expected: 0 or more)");
      }
    }

    /** One with a share as great as its weight, no limit, and a node that is not known. */
    public Target(HostPort endpoint, Backend.State state, int weight, long drainDeadlineNanos) {
      this(
          endpoint,
          state,
          weight,
          weight,
          ServiceOptions.UNLIMITED,
          drainDeadlineNanos,
          Origin.UNKNOWN);
    }

    /** One that gets new connections. */
    public static Target up(HostPort endpoint, int weight) {
      return new Target(endpoint, Backend.State.UP, weight, NEVER);
    }

    /** The same with what counts now; its share stays. */
    public Target withWeight(int now) {
      return now == weight
          ? this
          : new Target(endpoint, state, now, share, maxConnections, drainDeadlineNanos, origin);
    }

    /** The same with at most so many connections at a time. */
    public Target withMaxConnections(int most) {
      return most == maxConnections
          ? this
          : new Target(endpoint, state, weight, share, most, drainDeadlineNanos, origin);
    }

    /** The same on this node. */
    public Target at(Origin where) {
      return new Target(endpoint, state, weight, share, maxConnections, drainDeadlineNanos, where);
    }

    /** True when the time of its drain is over, so that it keeps no connection. */
    public boolean drainIsOver(long nowNanos) {
      return drainDeadlineNanos != NEVER && drainDeadlineNanos - nowNanos <= 0;
    }

    /** True when new connections may go there. */
    public boolean takesNew() {
      return weight > 0;
    }
  }

  /**
   * Where a task runs, for those who prefer what is near.
   *
   * @param node address of the node, null when it is not known
   * @param zone fault domain of the node as {@code region/zone}, empty when it is not known
   */
  public record Origin(@Nullable IpAddress node, String zone) {

    /** Nothing is known of it. */
    public static final Origin UNKNOWN = new Origin(null, "");

    public Origin {
      requireNonNull(zone, "zone");
    }

    /** Fault domain of an agent as {@code region/zone}, empty for one that tells none. */
    public static String zoneOf(Agent agent) {
      boolean silent = agent.region().isEmpty() && agent.zone().isEmpty();
      return silent ? "" : agent.region() + "/" + agent.zone();
    }
  }
}
