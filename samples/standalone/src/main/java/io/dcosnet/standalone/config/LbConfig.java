// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.VipLoadBalancer.Publishing;
import io.dcosnet.lb.check.CheckRules;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.vip.ClusterVips;
import io.dcosnet.lb.vip.ReachPolicy;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.TableLimits;
import io.dcosnet.lb.vip.VipRules;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code lb}: stable virtual addresses of services. <b>Immutable.</b>
 *
 * @param enabled whether this node has a part in it
 * @param alone whether it shares back ends with nobody
 * @param source where labels come from
 * @param publishing whose back ends this node tells the others of
 * @param dataPath what carries connections
 * @param listenRange addresses of this node that stand for VIPs; null where nobody chose some
 * @param routes whether VIPs are made this node's by routes where no range stands for them
 * @param portOffset added to ports below 1024; null for what suits the listen range
 * @param unreachableGrace how long a task that the master cannot reach keeps its back ends
 */
public record LbConfig(
    boolean enabled,
    boolean alone,
    TaskSource source,
    Publishing publishing,
    DataPathKind dataPath,
    @Nullable Cidr listenRange,
    boolean routes,
    @Nullable Integer portOffset,
    VipRules rules,
    LbNamesConfig names,
    ServiceOptions defaults,
    Duration unreachableGrace,
    TableLimits limits,
    ReachPolicy reach,
    HealthRules health,
    CheckRules checks,
    LbTrafficConfig traffic) {

  /** Where the labels of tasks come from. */
  public enum TaskSource {
    /** The Mesos agent beside this node. */
    AGENT,
    /** All that section {@code sources} or the replicated store tells of the cluster. */
    CLUSTER,
    /** Nowhere: this node only serves what others tell of. */
    NONE
  }

  private static final String FILES = "dcosNetConfigFiles";
  private static final Kind<Integer> COUNT = Kind.number(1, Integer.MAX_VALUE);

  /** The same for names, at least as long as they may be kept. */
  private static final Duration LEAST_LINGER = Duration.ofSeconds(5);

  static LbConfig read(Section lb, Role role, LbNeighbours around) {
    DcosL4lbImport imported =
        DcosL4lbImport.read(
            lb,
            FILES,
            lb.list(
                FILES,
                lb.readableFile(),
                List.of(),
                "Files of dcos-net in the form of dcos-net.config.d/common.config; what they say of"
                    + " dcos_l4lb gives defaults, later ones count more. Read once."));
    boolean alone =
        lb.value(
            "alone",
            Kind.FLAG,
            false,
            "Whether VIPs have back ends on this node only, without gossip; for a single node.");
    boolean enabled = enabled(lb, alone, imported, around);
    TaskSource source = source(lb, role, imported, around, enabled);
    Publishing publishing =
        lb.optional(
            "publish",
            Kind.word(List.of(Publishing.values())),
            role == Role.AGENT ? Publishing.OWN_TASKS : Publishing.ALL_TASKS,
            "Whose back ends this node tells the others of, as far as source knows them. Without:"
                + " own-tasks on agents, all-tasks on masters.");
    DataPathKind dataPath =
        lb.value(
            "dataPath",
            Kind.word(List.of(DataPathKind.values())),
            imported.networking() ? DataPathKind.USERSPACE : DataPathKind.NONE,
            "What carries connections: this process (userspace); the kernel, with root: where"
                + " processes of this node connect (socket), by rules (nftables), both"
                + " (socket-nftables), or ipvs; the best of these that works here (auto); or"
                + " something else, while names have their addresses all the same (none).");
    Cidr listenRange = listenRange(lb, around);
    Boolean routes =
        lb.optional(
            "routes",
            Kind.FLAG,
            around.hasDevice() || dataPath.inKernel(),
            "Whether this node makes VIPs its own by local routes, where something carries"
                + " connections and there is no listenRange. Needs root; for one node on a machine."
                + " Without: where there is a node.device, or a dataPath of the kernel.");
    Integer portOffset =
        lb.optional(
            "unprivilegedPortOffset",
            Kind.number(0, 60_000),
            "Added to VIP ports below 1024. Without: "
                + ProxyConfig.DEFAULT_UNPRIVILEGED_PORT_OFFSET
                + " where other addresses stand for VIPs, else 0.");
    boolean ipv6 =
        lb.value("ipv6", Kind.FLAG, imported.inIpv6(), "Whether VIPs have IPv6 back ends too.");
    List<Cidr> forbidden =
        lb.list(
            "forbidden",
            Kind.PREFIX,
            List.of(),
            "Ranges in which no VIP may lie, such as networks of containers; beside the addresses"
                + " of this node and of dcos-net's resolver.");
    LbNamesConfig names =
        LbNamesConfig.read(
            lb.section("names", "Which addresses names of VIPs get; the same on all nodes."),
            imported);
    around.checkRanges(lb, names.addresses(), forbidden);
    ServiceOptions defaults =
        LbDefaultsSection.read(
            lb.section("defaults", "How VIPs are carried whose labels do not say otherwise."));
    Duration unreachable =
        lb.value(
            "unreachableGrace",
            Kind.DURATION,
            ClusterVips.DEFAULT_UNREACHABLE_GRACE,
            "How long a task that the master cannot reach keeps its back ends.");
    TableLimits limits = limits(lb);
    ReachPolicy reach = reach(lb);
    HealthRules health =
        LbHealthSection.read(
            lb.section(
                "health", "When this node trusts a back end no more, by its own connections."));
    CheckRules checks =
        LbChecksSection.read(
            lb.section(
                "checks", "How back ends are tried whose VIP asks for it; the same on all nodes."));
    LbTrafficConfig traffic =
        LbTrafficConfig.read(lb.section("traffic", "How connections are carried in user space."));
    VipRules rules =
        new VipRules(
            ipv6,
            listenRange == null || !listenRange.first().isLoopback()
                ? List.of()
                : List.of(listenRange),
            around.forbidden(forbidden),
            VipRules.DEFAULT_ZONE);
    return new LbConfig(
        enabled,
        alone,
        source,
        publishing == null ? Publishing.OWN_TASKS : publishing,
        dataPath,
        listenRange,
        Boolean.TRUE.equals(routes),
        portOffset,
        rules,
        names,
        defaults,
        unreachable,
        limits,
        reach,
        health,
        checks,
        traffic);
  }

  private static boolean enabled(
      Section lb, boolean alone, DcosL4lbImport imported, LbNeighbours around) {
    boolean can = around.hasStore() || alone;
    Boolean byFiles = imported.enabled();
    Boolean read =
        lb.optional(
            "enabled",
            Kind.FLAG,
            byFiles == null ? can : Boolean.valueOf(byFiles && can),
            "Whether this node has a part in it. Without: where it is a member with gossip.store,"
                + " or alone.");
    boolean enabled = Boolean.TRUE.equals(read);
    boolean silent = lb.isGiven() && !lb.isGiven("enabled");
    if (!can && (enabled || silent)) {
      lb.problem(
          "enabled",
          enabled ? "true" : "missing",
          "gossip.bind with gossip.store beside it, by which nodes tell each other of back ends;"
              + " or alone: true, for a single node");
    }
    if (alone && around.hasStore()) {
      lb.problem("alone", true, "false on a member with gossip.store");
    }
    return enabled && can;
  }

  private static TaskSource source(
      Section lb, Role role, DcosL4lbImport imported, LbNeighbours around, boolean enabled) {
    TaskSource byDefault = TaskSource.NONE;
    if (role == Role.AGENT && imported.polling()) {
      byDefault =
          around.hasAgent()
              ? TaskSource.AGENT
              : around.hasCluster() ? TaskSource.CLUSTER : TaskSource.NONE;
    }
    TaskSource read =
        lb.optional(
            "source",
            Kind.word(List.of(TaskSource.values())),
            byDefault,
            "Where labels of tasks come from: the agent of sources.agent, all that sources or the"
                + " replicated store tells, or nowhere: then this node serves what others publish."
                + " Without: on agents the first of these that is there, on masters none.");
    TaskSource source = read == null ? byDefault : read;
    if (enabled && source == TaskSource.AGENT && !around.hasAgent()) {
      lb.problem("source", "agent", "sources.agent.url beside it");
    }
    if (enabled && source == TaskSource.CLUSTER && !around.hasCluster()) {
      lb.problem("source", "cluster", "sources beside it, or a member with gossip.store");
    }
    return source;
  }

  private static @Nullable Cidr listenRange(Section lb, LbNeighbours around) {
    Cidr range =
        lb.optional(
            "listenRange",
            Kind.PREFIX,
            "Addresses of this node alone that stand for VIPs, such as 127.65.0.0/16; names of VIPs"
                + " have them here. IPv4, /8 to /30. Without: the VIPs themselves where the system"
                + " delivers their addresses to this node, else 127.128.0.0/9.");
    if (range == null) {
      return null;
    }
    if (!range.first().isIpv4() || range.length() < 8 || range.length() > 30) {
      lb.problem("listenRange", range, "IPv4, /8 to /30");
      return null;
    }
    around.checkOwn(lb, "listenRange", range);
    return range;
  }

  private static TableLimits limits(Section lb) {
    TableLimits usual = TableLimits.DEFAULTS;
    int vips =
        lb.value("maxVips", COUNT, usual.maxVips(), "Most VIPs; the newest beyond are refused.");
    int backends =
        lb.value(
            "maxBackendsPerVip",
            COUNT,
            usual.maxBackendsPerVip(),
            "Most back ends of one VIP; the newest beyond are refused.");
    Duration drain =
        lb.value(
            "drainTimeout",
            Kind.DURATION,
            usual.drain(),
            "How long connections to a back end may go on that left while its task did not end.");
    Duration terminal =
        lb.value(
            "terminalGrace",
            Kind.DURATION,
            usual.terminal(),
            "The same when its task has ended or its node is dead; up to drainTimeout.");
    if (lb.isGiven("terminalGrace") && terminal.compareTo(drain) > 0) {
      lb.problem(
          "terminalGrace",
          DurationText.of(terminal),
          "up to drainTimeout " + DurationText.of(drain));
    }
    Duration linger =
        lb.value(
            "linger",
            Kind.DURATION,
            usual.linger(),
            "How long a VIP still takes connections after its name is gone; more than 5s, as long"
                + " as names are kept.");
    if (linger.compareTo(LEAST_LINGER) <= 0) {
      lb.problem("linger", DurationText.of(linger), "more than 5s");
    }
    return new TableLimits(vips, backends, drain, terminal, linger);
  }

  private static ReachPolicy reach(Section lb) {
    ReachPolicy usual = ReachPolicy.DEFAULTS;
    return new ReachPolicy(
        lb.value(
            "suspects",
            Kind.word(List.of(ReachPolicy.Suspects.values())),
            usual.suspects(),
            "What happens to back ends on a node that is suspected to be dead: nothing, or they get"
                + " nothing new while there are others."),
        lb.value(
            "partitionGuard",
            Kind.number(1, 100),
            usual.guardPercent(),
            "When more than so many hundredths of all nodes are dead for this one, it is more"
                + " likely cut off, and no more back ends are taken out for that; 100 for never."));
  }

  /** Whether this node carries connections at all. */
  public boolean carriesHere() {
    return dataPath != DataPathKind.NONE;
  }

  /**
   * The data path that is described.
   *
   * @param standIns the range that stands for VIPs; null where they stand for themselves
   * @param routed whether VIPs are this node's by routes of our own
   */
  public ProxyConfig proxy(@Nullable Cidr standIns, boolean routed) {
    ProxyConfig.Builder builder =
        ProxyConfig.builder().vipRange(names.addresses().ipv4()).listensOnRoutes(routed);
    traffic.addTo(builder);
    if (standIns != null) {
      builder.listenRange(standIns);
    }
    if (portOffset != null) {
      builder.unprivilegedPortOffset(portOffset);
    }
    return builder.build();
  }
}
