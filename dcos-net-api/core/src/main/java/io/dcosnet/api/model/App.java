// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service as Marathon defines it, with its tasks. Older spellings of the same (Docker port
 * mappings, {@code ipAddress}, {@code ports}) are the source's business: here each fact has one
 * place. <b>Immutable.</b>
 *
 * @param id absolute path, {@code /a/b}
 * @param version of the definition, a timestamp that is to be taken as opaque
 * @param labels by key, in key order
 * @param networks empty in host mode
 * @param ports in document order; their index is what tasks and health checks refer to
 * @param instances wanted
 * @param mesosCheck {@code http}, {@code tcp} or {@code exec} when Mesos checks the tasks beside
 *     their health; else empty
 * @param resident true when a task keeps its node and id over restarts
 * @param deployments ids of those under way that touch the app
 * @param killSelection as written, empty for the default
 * @param unreachable null when tasks on lost nodes are left alone
 */
public record App(
    String id,
    String version,
    Map<String, String> labels,
    List<Network> networks,
    List<Port> ports,
    int instances,
    @Nullable Instant lastScalingAt,
    @Nullable Instant lastConfigChangeAt,
    List<HealthCheck> healthChecks,
    String mesosCheck,
    List<ReadinessCheck> readinessChecks,
    boolean resident,
    List<String> deployments,
    UpgradeStrategy upgrade,
    String killSelection,
    @Nullable UnreachableStrategy unreachable,
    Counts counts,
    List<AppTask> tasks) {

  /** How tasks are connected. */
  public enum NetworkMode {
    HOST,
    CONTAINER,
    CONTAINER_BRIDGE
  }

  /**
   * A network that the tasks join.
   *
   * @param name empty where the mode needs none
   */
  public record Network(NetworkMode mode, String name, Map<String, String> labels) {
    public Network {
      requireNonNull(mode, "mode");
      requireNonNull(name, "name");
      labels = sorted(labels);
    }
  }

  /**
   * A port of the app.
   *
   * @param containerPort 0 when it equals the host port; the port itself in host mode
   * @param hostPort null when the node offers none, 0 when it comes from the offer
   * @param servicePort that the edge listens on, 0 when there is none
   * @param protocols at least one
   * @param name empty when it has none
   * @param networkNames networks that it is reachable in; empty for all
   */
  public record Port(
      int containerPort,
      @Nullable Integer hostPort,
      int servicePort,
      Set<Protocol> protocols,
      String name,
      Map<String, String> labels,
      List<String> networkNames) {
    public Port {
      protocols = Set.copyOf(protocols);
      requireNonNull(name, "name");
      labels = sorted(labels);
      networkNames = List.copyOf(networkNames);
    }
  }

  /** Counts that Marathon keeps of the app's tasks. */
  public record Counts(int staged, int running, int healthy, int unhealthy) {
    /** No task. */
    public static final Counts NONE = new Counts(0, 0, 0, 0);
  }

  /**
   * How a new version replaces the old one.
   *
   * @param minimumHealthCapacity share of the instances that stays up, 0-1
   * @param maximumOverCapacity share that may run beyond the instances, 0-1
   */
  public record UpgradeStrategy(double minimumHealthCapacity, double maximumOverCapacity) {
    /** Marathon's own default. */
    public static final UpgradeStrategy DEFAULT = new UpgradeStrategy(1, 1);
  }

  /** What happens to tasks on nodes that cannot be reached. */
  public record UnreachableStrategy(Duration inactiveAfter, Duration expungeAfter) {
    /** Replaced at once, forgotten at once: Marathon's default for stateless apps. */
    public static final UnreachableStrategy DEFAULT =
        new UnreachableStrategy(Duration.ZERO, Duration.ZERO);

    public UnreachableStrategy {
      requireNonNull(inactiveAfter, "inactiveAfter");
      requireNonNull(expungeAfter, "expungeAfter");
    }
  }

  /**
   * A question to a task whether it may get its first traffic; asked during deployments only.
   *
   * @param portName of the port that is asked
   * @param readyStatuses HTTP statuses that mean yes
   * @param readyTasks ids of the tasks that have said yes
   */
  public record ReadinessCheck(
      String name,
      boolean tls,
      String path,
      String portName,
      Duration interval,
      Duration timeout,
      Set<Integer> readyStatuses,
      Set<String> readyTasks) {
    public ReadinessCheck {
      requireNonNull(name, "name");
      requireNonNull(path, "path");
      requireNonNull(portName, "portName");
      requireNonNull(interval, "interval");
      requireNonNull(timeout, "timeout");
      readyStatuses = Set.copyOf(readyStatuses);
      readyTasks = Set.copyOf(readyTasks);
    }
  }

  public App {
    requireNonNull(id, "id");
    requireNonNull(version, "version");
    labels = sorted(labels);
    networks = List.copyOf(networks);
    ports = List.copyOf(ports);
    healthChecks = List.copyOf(healthChecks);
    requireNonNull(mesosCheck, "mesosCheck");
    readinessChecks = List.copyOf(readinessChecks);
    deployments = List.copyOf(deployments);
    requireNonNull(upgrade, "upgrade");
    requireNonNull(killSelection, "killSelection");
    requireNonNull(counts, "counts");
    tasks = List.copyOf(tasks);
  }

  /** An app in host mode with one instance and everything else at its default. */
  public static Builder named(String id) {
    return new Builder(id);
  }

  /** True when the tasks share the network of their node. */
  public boolean isHostMode() {
    return networks.stream().allMatch(network -> network.mode() == NetworkMode.HOST);
  }

  static Map<String, String> sorted(Map<String, String> labels) {
    return labels.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final String id;
    private String version = "";
    private final Map<String, String> labels = new TreeMap<>();
    private final List<Network> networks = new ArrayList<>();
    private final List<Port> ports = new ArrayList<>();
    private int instances = 1;
    private @Nullable Instant lastScalingAt;
    private @Nullable Instant lastConfigChangeAt;
    private final List<HealthCheck> healthChecks = new ArrayList<>();
    private String mesosCheck = "";
    private final List<ReadinessCheck> readinessChecks = new ArrayList<>();
    private boolean resident;
    private List<String> deployments = List.of();
    private UpgradeStrategy upgrade = UpgradeStrategy.DEFAULT;
    private String killSelection = "";
    private @Nullable UnreachableStrategy unreachable = UnreachableStrategy.DEFAULT;
    private Counts counts = Counts.NONE;
    private final List<AppTask> tasks = new ArrayList<>();

    private Builder(String id) {
      this.id = requireNonNull(id, "id");
    }

    public Builder version(String value) {
      version = value;
      return this;
    }

    public Builder label(String key, String value) {
      labels.put(key, value);
      return this;
    }

    public Builder network(Network value) {
      networks.add(value);
      return this;
    }

    /** Adds a port behind those that are there. */
    public Builder port(Port value) {
      ports.add(value);
      return this;
    }

    public Builder instances(int value) {
      instances = value;
      return this;
    }

    public Builder lastScalingAt(@Nullable Instant value) {
      lastScalingAt = value;
      return this;
    }

    public Builder lastConfigChangeAt(@Nullable Instant value) {
      lastConfigChangeAt = value;
      return this;
    }

    public Builder healthCheck(HealthCheck value) {
      healthChecks.add(value);
      return this;
    }

    public Builder mesosCheck(String value) {
      mesosCheck = value;
      return this;
    }

    public Builder readinessCheck(ReadinessCheck value) {
      readinessChecks.add(value);
      return this;
    }

    public Builder resident(boolean value) {
      resident = value;
      return this;
    }

    public Builder deployments(List<String> values) {
      deployments = values;
      return this;
    }

    public Builder upgrade(UpgradeStrategy value) {
      upgrade = value;
      return this;
    }

    public Builder killSelection(String value) {
      killSelection = value;
      return this;
    }

    public Builder unreachable(@Nullable UnreachableStrategy value) {
      unreachable = value;
      return this;
    }

    public Builder counts(Counts value) {
      counts = value;
      return this;
    }

    public Builder task(AppTask value) {
      tasks.add(value);
      return this;
    }

    public App build() {
      return new App(
          id,
          version,
          labels,
          networks,
          ports,
          instances,
          lastScalingAt,
          lastConfigChangeAt,
          healthChecks,
          mesosCheck,
          readinessChecks,
          resident,
          deployments,
          upgrade,
          killSelection,
          unreachable,
          counts,
          tasks);
    }
  }
}
