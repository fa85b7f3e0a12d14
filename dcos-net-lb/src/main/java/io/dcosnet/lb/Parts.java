// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipLoadBalancer.Publishing;
import io.dcosnet.lb.check.NettyProbe;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.exchange.BackendPublisher;
import io.dcosnet.lb.exchange.BackendView;
import io.dcosnet.lb.exchange.NameClaims;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.ClusterVips;
import io.dcosnet.lb.vip.TableAssembly;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the parts of one load balancer as its host said; what joins them comes with each call.
 *
 * <p><b>Immutable.</b>
 */
final class Parts {

  private final VipLoadBalancer.Builder said;
  private final LbMetrics metrics;
  private final ReplicatedStore store;
  private final Scheduler scheduler;
  private final RandomGenerator random;

  Parts(VipLoadBalancer.Builder said, LbMetrics metrics) {
    this.said = said;
    this.metrics = metrics;
    store = requireNonNull(said.store, "store");
    scheduler = said.net.scheduler();
    random = said.net.random();
  }

  static Publishing whose(VipLoadBalancer.Builder said) {
    Publishing byDefault = said.nodeAddress == null ? Publishing.ALL_TASKS : Publishing.OWN_TASKS;
    return requireNonNullElse(said.publishing, byDefault);
  }

  Scheduler scheduler() {
    return scheduler;
  }

  RandomGenerator random() {
    return random;
  }

  ClusterVips clusterVips() {
    boolean all = whose(said) == Publishing.ALL_TASKS;
    IpAddress own = said.nodeAddress;
    return new ClusterVips(
        said.rules, (task, agent) -> all || isAt(agent, own), said.unreachableGrace);
  }

  private static boolean isAt(@Nullable Agent agent, @Nullable IpAddress address) {
    return agent != null && address != null && agent.addresses().contains(address);
  }

  BackendPublisher publisher() {
    boolean own = whose(said) == Publishing.OWN_TASKS;
    IpAddress self = said.nodeAddress;
    return new BackendPublisher(
        store,
        scheduler,
        backend -> own || (self != null && self.equals(backend.backend().node())),
        said.limits.drain(),
        metrics);
  }

  BackendView view(BackendView.Limit limit, BackendView.News news, Consumer<Set<VipKey>> changed) {
    return new BackendView(
        store, said.membership, said.reachPolicy, scheduler, metrics, limit, news, changed);
  }

  BackendLimits limits(Drains drains, Predicate<Place> failing) {
    return new BackendLimits(drains, failing, said.health.panicPercent());
  }

  Drains drains(Consumer<Set<String>> changed) {
    return new Drains(store, said.messages, scheduler, random, metrics, changed);
  }

  NameClaims claims(NameClaims.Listener listener) {
    return new NameClaims(store, scheduler, metrics, listener);
  }

  Checks checks(Supplier<Set<NodeId>> nodes, Consumer<Set<Place>> changed) {
    return new Checks(
        said.checks, new NettyProbe(said.net), store, nodes, scheduler, random, metrics, changed);
  }

  Suspects suspects(Supplier<VipTable> table) {
    return new Suspects(store, scheduler, table, said.onSuspect, metrics);
  }

  Here here() {
    return new Here(said.nodeAddress, said.zone);
  }

  Fitness fitness(Here here, BiConsumer<VipKey, String> noted, Runnable changed) {
    return new Fitness(said.health, here, scheduler, random, metrics, noted, changed);
  }

  TableAssembly assembly() {
    return TableAssembly.sharing(
        said.addresses,
        said.nameGrace,
        said.addressQuarantine,
        said.limits,
        said.defaults,
        store::localNode);
  }

  ChangesElsewhere elsewhere(Function<VipKey, List<VipChange>> own) {
    return new ChangesElsewhere(said.messages, scheduler, own);
  }

  VipFacts facts(TableAssembly assembly, DataPath dataPath) {
    return new VipFacts(scheduler, assembly, said.rules.zone(), dataPath);
  }
}
