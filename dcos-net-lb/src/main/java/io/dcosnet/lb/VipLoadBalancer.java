// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.StartStop;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.check.CheckRules;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.exchange.DrainAnswers;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.ClusterVips;
import io.dcosnet.lb.vip.ReachPolicy;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.TableLimits;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipRules;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the services of a cluster stable virtual addresses on this node, as Minuteman and dcos-net
 * do: reads the VIP labels of tasks, tells the other nodes of back ends through the store, and
 * carries connections to everybody's.
 *
 * <pre>{@code
 * VipLoadBalancer vips =
 *     VipLoadBalancer.builder(net).cluster(tasks).store(store).dataPath(DataPaths.userspace()).build();
 * }</pre>
 *
 * <p><b>Thread-safe.</b>
 */
public final class VipLoadBalancer implements Lifecycle {

  /** Whose back ends this node writes to the store. */
  public enum Publishing {
    /** Those of tasks on this node: each agent speaks for itself. */
    OWN_TASKS,
    /** Those of all tasks: a scheduler speaks for everybody. Two such writers do no harm. */
    ALL_TASKS
  }

  /** How long {@link #drain(TaskKey)} waits. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

  /** Longest that anybody may wait for a drain; nodes repeat their answers that long. */
  public static final Duration MAX_PATIENCE = DrainAnswers.PATIENCE;

  private final StartStop lifecycle;
  private final VipControl control;
  private final VipInspection inspection;

  private VipLoadBalancer(Builder builder) {
    LbMetrics metrics = new LbMetrics(builder.net.metrics());
    DataPath dataPath = builder.dataPath.create(builder.net);
    control = new VipControl(builder, dataPath, metrics);
    inspection = new VipInspection(control, dataPath);
    boolean leaveInPlace = builder.leaveDataPath;
    lifecycle =
        new StartStop(
            "vip load balancer", control::open, grace -> control.close(leaveInPlace, grace));
  }

  public static Builder builder(NetRuntime net) {
    return new Builder(net);
  }

  /**
   * The names that are served, with the addresses and ports that clients on this node use. A name
   * comes once the data path serves it, and goes before the data path lets go of it.
   */
  public VipDirectory directory() {
    return control.directory();
  }

  /** What the data path was told last. */
  public VipTable table() {
    return control.table();
  }

  /** What the data path made of it. */
  public ApplyReport report() {
    return control.report();
  }

  /** Labels, back ends and VIPs that are left out now, each with its reason. */
  public List<Rejection> rejections() {
    return control.rejections();
  }

  /** For those who look at it from outside: operators, tools, the HTTP interface. */
  public VipInspection inspect() {
    return inspection;
  }

  /**
   * Whom this node trusts: back ends with whom something was ever wrong, and what it makes of them.
   * Times are on the clock of the runtime. Takes time in proportion to their number.
   */
  public HealthSnapshot health() {
    return control.health();
  }

  /**
   * The last changes of a VIP on this node, the oldest first: what, why, when it happened where it
   * came from and when this node's data path had it.
   */
  public CompletionStage<List<VipChange>> changes(VipKey key) {
    return control.changes(requireNonNull(key, "key"));
  }

  /**
   * Drains a task everywhere, with {@link #DEFAULT_PATIENCE}; see {@link #drain(TaskKey,
   * Duration)}.
   */
  public CompletionStage<DrainReport> drain(TaskKey task) {
    return drain(task, DEFAULT_PATIENCE);
  }

  /**
   * Sends nothing new to a task any more, from no node, also not of clients that stick to it.
   * Connections that it has go on until it ends, and are cut {@link TableLimits#terminal} later, so
   * whoever lets it run until they are over ends it without any client noticing. Any node may ask;
   * the task stays drained until it ends or {@link #undrain(TaskKey)}, also when this load balancer
   * restarts meanwhile.
   *
   * <p>Without {@link Builder#messages} only the data path of this node is waited for.
   *
   * @param patience how long to wait for the answers of the others, at most {@link #MAX_PATIENCE}
   * @return completes when all load balancers that live have it in their data path, or when
   *     patience ends, with the names of those that had not answered; fails when the store refuses
   *     it, or this load balancer stops
   */
  public CompletionStage<DrainReport> drain(TaskKey task, Duration patience) {
    requireNonNull(task, "task");
    return control.drains().drain(task, requirePatience(patience));
  }

  /**
   * Drains what tasks have at one place only, leaving their other places as they are; see {@link
   * #drain(TaskKey, Duration)}.
   */
  public CompletionStage<DrainReport> drain(Place place, Duration patience) {
    requireNonNull(place, "place");
    return control.drains().drain(place, requirePatience(patience));
  }

  private static Duration requirePatience(Duration patience) {
    if (patience.isNegative() || patience.compareTo(MAX_PATIENCE) > 0) {
      throw new IllegalArgumentException(
          "patience: " + patience + " (expected: 0 to " + MAX_PATIENCE + ")");
    }
    return patience;
  }

  /**
   * Lets a task have new connections again, whichever node drained it.
   *
   * @return completes when this node has written it
   */
  public CompletionStage<Void> undrain(TaskKey task) {
    return control.drains().undrain(requireNonNull(task, "task"));
  }

  /** Lets the tasks that have this place have new connections again, there and elsewhere. */
  public CompletionStage<Void> undrain(Place place) {
    return control.drains().undrain(requireNonNull(place, "place"));
  }

  /**
   * {@inheritDoc} Completes when the first table serves; or before, where the data path goes on
   * with what an earlier process left until something is known, for half a minute at most.
   */
  @Override
  public CompletionStage<Void> start() {
    return lifecycle.start();
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    return lifecycle.stop(grace);
  }

  @Override
  public State state() {
    return lifecycle.state();
  }

  @Override
  public Subscription onStateChange(Listener listener) {
    return lifecycle.onStateChange(listener);
  }

  @Override
  public void close() {
    lifecycle.close();
  }

  /** What a load balancer is made of. <b>Confined to</b> one thread. */
  public static final class Builder {
    // Read by Parts.
    final NetRuntime net;
    @Nullable ClusterSource cluster;
    @Nullable ReplicatedStore store;
    @Nullable Membership membership;
    @Nullable NodeMessages messages;
    DataPathProvider dataPath = DataPaths.userspace();
    @Nullable IpAddress nodeAddress;
    @Nullable String zone;
    @Nullable Publishing publishing;
    VipRules rules = VipRules.defaults();
    VipAddresses addresses = VipAddresses.defaults();
    Duration nameGrace = VipAddresses.DEFAULT_NAME_GRACE;
    Duration addressQuarantine = VipAddresses.DEFAULT_QUARANTINE;
    Duration unreachableGrace = ClusterVips.DEFAULT_UNREACHABLE_GRACE;
    TableLimits limits = TableLimits.DEFAULTS;
    ReachPolicy reachPolicy = ReachPolicy.DEFAULTS;
    ServiceOptions defaults = ServiceOptions.DEFAULTS;
    CheckRules checks = CheckRules.DEFAULTS;
    Consumer<Suspicion> onSuspect = suspicion -> {};
    HealthRules health = HealthRules.defaults();
    private boolean leaveDataPath = true;

    private Builder(NetRuntime net) {
      this.net = requireNonNull(net, "net");
    }

    /** Where tasks come from. Default: none, for a node that only serves. */
    public Builder cluster(ClusterSource source) {
      cluster = requireNonNull(source, "source");
      return this;
    }

    /** Where back ends are exchanged. Required. */
    public Builder store(ReplicatedStore replicatedStore) {
      store = requireNonNull(replicatedStore, "replicatedStore");
      return this;
    }

    /**
     * Tells which nodes live. Default: none; then the store's word on a writer counts for the tasks
     * that run on the writer.
     */
    public Builder membership(Membership members) {
      membership = requireNonNull(members, "members");
      return this;
    }

    /** How nodes answer drains. Default: none; then a drain waits for this node only. */
    public Builder messages(NodeMessages nodeMessages) {
      messages = requireNonNull(nodeMessages, "nodeMessages");
      return this;
    }

    /** What carries the connections. Default: {@link DataPaths#userspace()}. */
    public Builder dataPath(DataPathProvider provider) {
      dataPath = requireNonNull(provider, "provider");
      return this;
    }

    /**
     * The address that the agent of this node is known by. Required for {@code OWN_TASKS}, and for
     * VIPs that prefer their node.
     */
    public Builder nodeAddress(IpAddress address) {
      nodeAddress = requireNonNull(address, "address");
      return this;
    }

    /**
     * Fault domain of this node as {@code region/zone}, for VIPs that prefer their zone. Default:
     * that of the agent at {@link #nodeAddress}, once the cluster tells of it.
     */
    public Builder zone(String regionAndZone) {
      zone = requireNonNull(regionAndZone, "regionAndZone");
      return this;
    }

    /** Default: {@code OWN_TASKS} with a node address, {@code ALL_TASKS} without one. */
    public Builder publishing(Publishing whose) {
      publishing = requireNonNull(whose, "whose");
      return this;
    }

    /** What may be a VIP. */
    public Builder rules(VipRules vipRules) {
      rules = requireNonNull(vipRules, "vipRules");
      return this;
    }

    /** Where names get their addresses from; must be the same on all nodes. */
    public Builder addresses(VipAddresses vipAddresses) {
      addresses = requireNonNull(vipAddresses, "vipAddresses");
      return this;
    }

    /**
     * How long a name keeps its address without back ends. Longer lets slower redeployments keep
     * theirs; shorter gives addresses back sooner. Default 10 minutes.
     */
    public Builder nameGrace(Duration grace) {
      nameGrace = requireNonNull(grace, "grace");
      return this;
    }

    /** How long an address rests between two names; at least twice the TTL. Default 60 s. */
    public Builder addressQuarantine(Duration quarantine) {
      addressQuarantine = requireNonNull(quarantine, "quarantine");
      return this;
    }

    /** How long a task that the master cannot reach keeps its back ends. Default 60 s. */
    public Builder unreachableGrace(Duration grace) {
      unreachableGrace = requireNonNull(grace, "grace");
      return this;
    }

    /**
     * How much the table may hold, and how long what is gone stays in it. Default: {@link
     * TableLimits#DEFAULTS}.
     */
    public Builder limits(TableLimits tableLimits) {
      limits = requireNonNull(tableLimits, "tableLimits");
      return this;
    }

    /**
     * What follows when nodes are suspected or believed dead; needs a {@link #membership}. Default:
     * {@link ReachPolicy#DEFAULTS}.
     */
    public Builder reachPolicy(ReachPolicy policy) {
      reachPolicy = requireNonNull(policy, "policy");
      return this;
    }

    /**
     * How VIPs are carried whose labels do not say otherwise; should be the same on all nodes.
     * Default: {@link ServiceOptions#DEFAULTS}.
     */
    public Builder defaults(ServiceOptions options) {
      defaults = requireNonNull(options, "options");
      return this;
    }

    /**
     * How back ends are tried of VIPs that ask for it, by a label {@code VIP_CHECK_0} or by {@link
     * #defaults}; must be the same on all nodes. Default: {@link CheckRules#DEFAULTS}.
     */
    public Builder checks(CheckRules rules) {
      checks = requireNonNull(rules, "rules");
      return this;
    }

    /**
     * Hears of back ends that many nodes have ejected although their tasks are said to be healthy,
     * so that a scheduler can look after them. Called on the scheduler of the runtime, one call at
     * a time; must not block. Default: nobody hears of it but metrics and the log.
     */
    public Builder onSuspect(Consumer<Suspicion> listener) {
      onSuspect = requireNonNull(listener, "listener");
      return this;
    }

    /**
     * When this node stops trusting a back end, and for how long. Default: {@link
     * HealthRules#defaults()}.
     */
    public Builder health(HealthRules rules) {
      health = requireNonNull(rules, "rules");
      return this;
    }

    /**
     * Whether what works without this process stays in place when it stops, so that traffic goes on
     * during an upgrade. Default true.
     */
    public Builder leaveDataPath(boolean leave) {
      leaveDataPath = leave;
      return this;
    }

    /**
     * Checks everything together; opens nothing.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public VipLoadBalancer build() {
      List<String> problems = new ArrayList<>();
      if (store == null) {
        problems.add("store: missing (expected: one, such as LocalStore.of(nodeId))");
      }
      if (Parts.whose(this) == Publishing.OWN_TASKS && nodeAddress == null) {
        problems.add("nodeAddress: missing (expected: one, to publish OWN_TASKS)");
      }
      notNegative(problems, "nameGrace", nameGrace);
      notNegative(problems, "addressQuarantine", addressQuarantine);
      notNegative(problems, "unreachableGrace", unreachableGrace);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new VipLoadBalancer(this);
    }

    private static void notNegative(List<String> problems, String option, Duration value) {
      if (value.isNegative()) {
        problems.add(option + ": " + value + " (expected: 0 or more)");
      }
    }
  }
}
