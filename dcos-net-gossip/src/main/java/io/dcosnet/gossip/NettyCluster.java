// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.StartStop;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.TimelineStep;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.view.MemberView;
import io.dcosnet.gossip.view.Metadata;
import io.dcosnet.gossip.view.StoreView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door to a node: posts what hosts want to its event loop, and shows them what the node knows.
 */
final class NettyCluster extends GossipCluster {

  private static final Logger LOGGER = LoggerFactory.getLogger(NettyCluster.class);

  private final ClusterPlan plan;
  private final StartStop lifecycle;
  private final MemberView view;
  private final @Nullable StoreView store;
  private final Reachability reachability;
  private final Mailbox mailbox;
  private final News news;
  private final @Nullable KeyFollower keys;
  private final MetricsSink.Counter lost;
  private final List<SerialDelivery<GossipEvent>> listeners = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> joined = new CompletableFuture<>();

  private volatile Map<String, String> metadata;
  private volatile @Nullable RunningNode running;

  NettyCluster(ClusterPlan plan) {
    this.plan = plan;
    this.metadata = plan.metadata();
    MetricsSink metrics = plan.net().metrics();
    this.view = new MemberView(plan.net().time(), metrics);
    this.store =
        plan.store() == null
            ? null
            : new StoreView(
                this::id,
                (work, otherwise) -> onCore(core -> work.accept(replicaOf(core)), otherwise),
                plan.net().time(),
                metrics);
    this.reachability = new ViewReachability(view);
    this.lost =
        metrics.counter(
            "dcosnet.gossip.listener.lost", "Events and news lost as a listener was too slow");
    this.mailbox = new Mailbox(this::onCore, this::idOrNull);
    this.news = new News(this::onCore, lost);
    KeyRing ring = plan.keys();
    this.keys = ring == null ? null : new KeyFollower(ring, view, this::keysChanged);
    this.lifecycle = new StartStop("gossip " + plan.bind(), this::open, this::shut);
  }

  private CompletionStage<Void> open() {
    RunningNode node =
        new RunningNode(plan, plan.net().eventLoops().next(), view, store, this::told);
    running = node;
    Map<String, String> begun = metadata;
    return node.start(begun, mailbox::arrived, news::heard)
        .thenRun(
            () -> {
              if (!metadata.equals(begun)) {
                announce(); // it was changed while the node could not take it yet
              }
              if (plan.seeds() == null) {
                joined.complete(null);
              }
              if (keys != null) {
                keys.start();
              }
            });
  }

  private CompletionStage<Void> shut(Duration grace) {
    if (keys != null) {
      keys.stop();
    }
    RunningNode node = running;
    CompletionStage<Void> stopped =
        node == null ? CompletableFuture.completedStage(null) : node.stop();
    return stopped.thenRun(
        () ->
            joined.completeExceptionally(
                new DcosNetException("gossip: stopped before another member was met")));
  }

  private void onCore(Consumer<GossipCore> work, Consumer<String> otherwise) {
    RunningNode node = running;
    if (node == null) {
      otherwise.accept("the node is not started yet");
    } else {
      node.call(work, otherwise);
    }
  }

  /** On the event loop. */
  private void told(GossipEvent event) {
    if (event instanceof GossipEvent.Joined) {
      joined.complete(null);
    }
    for (SerialDelivery<GossipEvent> listener : listeners) {
      listener.offer(event);
    }
    if (event instanceof GossipEvent.IdentityCloned cloned) {
      cloned(cloned);
    }
  }

  private void cloned(GossipEvent.IdentityCloned event) {
    if (plan.stopWhenCloned()) {
      LOGGER.error(
          "another process uses the identity of this node, stopping; was the data directory copied?"
              + " delete {} in one of both id={}",
          plan.data() == null ? "the id" : plan.data().resolve("node.id"),
          event.id());
      var unused = stop(Duration.ZERO);
    } else {
      LOGGER.warn(
          "another process uses the identity of this node, taking a new one; was the data directory"
              + " copied? old={}",
          event.id());
    }
  }

  private @Nullable NodeId idOrNull() {
    RunningNode node = running;
    NodeId known = node == null ? null : node.id();
    return known != null ? known : plan.id();
  }

  @Override
  public HostPort address() {
    RunningNode node = running;
    HostPort bound = node == null ? null : node.address();
    if (bound == null) {
      throw new IllegalStateException("gossip: not bound yet (start it first)");
    }
    return bound;
  }

  @Override
  public NodeId id() {
    NodeId known = idOrNull();
    if (known == null) {
      throw new IllegalStateException("gossip: the identity is not known yet (start it first)");
    }
    return known;
  }

  @Override
  public Membership membership() {
    return view;
  }

  @Override
  public NodeMessages messages() {
    return mailbox;
  }

  @Override
  public Broadcast broadcast() {
    return news;
  }

  @Override
  public ReplicatedStore store() {
    return storeView();
  }

  @Override
  public CrdtStore crdts() {
    return storeView().crdts();
  }

  @Override
  public Optional<String> storeFault() {
    RunningNode node = running;
    return node == null ? Optional.empty() : node.storeFault();
  }

  private StoreView storeView() {
    if (store == null) {
      throw new IllegalStateException(
          "gossip: built without a store (give Builder.store its settings)");
    }
    return store;
  }

  @Override
  public Optional<KeyRing> keys() {
    return Optional.ofNullable(plan.keys());
  }

  @Override
  public Reachability reachability() {
    return reachability;
  }

  @Override
  public CompletionStage<Void> joined() {
    return joined.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Void> leave(Duration timeout) {
    CompletableFuture<Void> left = new CompletableFuture<>();
    onCore(core -> core.leave(() -> left.complete(null)), fault -> left.complete(null));
    Scheduler.Timer timer = plan.net().scheduler().schedule(timeout, () -> left.complete(null));
    return left.thenCompose(
        done -> {
          timer.cancel();
          return stop(Duration.ZERO);
        });
  }

  @Override
  public void metadata(Map<String, String> changed) {
    Map<String, String> copy = Map.copyOf(changed);
    var unused = Metadata.encode(OwnProfile.withKeys(copy, plan.keys()));
    metadata = copy;
    announce();
  }

  @Override
  public CompletionStage<Void> allow(List<Cidr> networks) {
    List<Cidr> copy = List.copyOf(networks);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Consumer<String> otherwise =
        fault -> done.completeExceptionally(new DcosNetException("gossip: " + fault));
    RunningNode node = running;
    if (node == null) {
      otherwise.accept("the node is not started yet");
    } else {
      node.allow(copy, () -> done.complete(null), otherwise);
    }
    return done.minimalCompletionStage();
  }

  private void keysChanged() {
    onCore(GossipCore::keysChanged, fault -> LOGGER.debug("not spread reason=\"{}\"", fault));
    announce();
  }

  /** Before the start this is no news: the start tells it. */
  private void announce() {
    onCore(
        core ->
            core.announce(OwnProfile.of(plan, core.self().id(), core.self().address(), metadata)),
        fault -> LOGGER.debug("not announced reason=\"{}\"", fault));
  }

  @Override
  public CompletionStage<List<TimelineStep>> why(NodeId id) {
    return ask(core -> core.why(id));
  }

  @Override
  public CompletionStage<String> why(String key) {
    requireNonNull(key, "key");
    var unused = storeView();
    return ask(core -> replicaOf(core).why(key));
  }

  private static Replica replicaOf(GossipCore core) {
    return requireNonNull(core.replica(), "replica");
  }

  @Override
  public CompletionStage<String> debugSnapshot() {
    return ask(core -> DebugSnapshot.of(core, plan, running));
  }

  private <T> CompletionStage<T> ask(Function<GossipCore, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    onCore(
        core -> {
          try {
            answer.complete(question.apply(core));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        },
        fault -> answer.completeExceptionally(new DcosNetException("gossip: " + fault)));
    return answer.minimalCompletionStage();
  }

  @Override
  public Subscription onEvent(Executor executor, Consumer<GossipEvent> listener) {
    SerialDelivery<GossipEvent> delivery =
        new SerialDelivery<>(executor, listener, lost, GossipEvent.Resync::new);
    listeners.add(delivery);
    return () -> {
      listeners.remove(delivery);
      delivery.close();
    };
  }

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
}
