// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.key.KeyState;
import io.dcosnet.gossip.log.StoreFiles;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.netty.NettyHost;
import io.dcosnet.gossip.netty.Sockets;
import io.dcosnet.gossip.protocol.CoreSetup;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.KeptMember;
import io.dcosnet.gossip.protocol.MailReceiver;
import io.dcosnet.gossip.protocol.MemberPool;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.replica.Generations;
import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.replica.StoreLog;
import io.dcosnet.gossip.secure.SealSetup;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.seed.Seeds;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.gossip.view.MemberView;
import io.dcosnet.gossip.view.StoreView;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.ShortId;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What exists of a node between its start and its stop: files, sockets, host and core.
 *
 * <p>{@link #start}, {@link #stop} and {@link #call} may be used from any thread; all else happens
 * on the event loop.
 */
final class RunningNode implements NettyHost.Listener {

  /** How often it is written down that others live, at most; in minutes. */
  private static final int CONTACT_MINUTES = 10;

  private final ClusterPlan plan;
  private final EventLoop loop;
  private final MemberView view;
  private final @Nullable StoreView store;
  private final Consumer<GossipEvent> told;
  private final NodeFiles files;
  private final List<GossipEvent> untold = new ArrayList<>();
  private final List<Runnable> unseen = new ArrayList<>();

  private final DropCounts drops;
  private volatile @Nullable Sockets sockets;
  private volatile @Nullable NodeId id;
  private volatile @Nullable StoreFiles kept;
  private @Nullable ScheduledFuture<?> contacts;
  private @Nullable NettyHost host;
  private @Nullable GossipCore core;

  /**
   * @param store null for a node without
   * @param told hears each event after the views show it; called on the event loop
   */
  RunningNode(
      ClusterPlan plan,
      EventLoop loop,
      MemberView view,
      @Nullable StoreView store,
      Consumer<GossipEvent> told) {
    this.plan = plan;
    this.drops = new DropCounts(plan.net().metrics());
    this.loop = loop;
    this.view = view;
    this.store = store;
    this.told = told;
    this.files = new NodeFiles(plan, this::onLoop);
  }

  CompletionStage<Void> start(
      Map<String, String> metadata, MailReceiver mail, Consumer<Message.Event> news) {
    return files
        .load()
        .thenCompose(
            origin -> {
              id = origin.id();
              kept = origin.store();
              ReplicaSetup replica = replica(origin);
              if (store != null && replica != null) {
                store.begin(replica.state()); // takes a while for many keys, so not on the loop
              }
              return Sockets.bind(plan.net(), loop, plan.bind())
                  .thenAcceptAsync(
                      bound -> {
                        sockets = bound;
                        begin(bound, origin, replica, metadata, mail, news);
                      },
                      loop);
            });
  }

  private void begin(
      Sockets bound,
      NodeFiles.Origin origin,
      @Nullable ReplicaSetup replica,
      Map<String, String> metadata,
      MailReceiver mail,
      Consumer<Message.Event> news) {
    NodeId id = origin.id();
    HostPort advertised = plan.advertise();
    HostPort address = advertised != null ? advertised : bound.address();
    Profile profile = OwnProfile.of(plan, id, address, metadata);
    SealSetup sealing =
        new SealSetup(
            plan.keys(),
            plan.plain(),
            plan.label(),
            ShortId.of(id),
            new SecureRandom().nextInt(),
            origin.epoch(),
            plan.allowed(),
            SealSetup.MAX_DATAGRAM,
            plan.net().time().nanos(),
            drops);
    SeedProvider seeds = plan.seeds();
    NettyHost made = new NettyHost(bound, sealing, seeds != null ? seeds : Seeds.none(), this);
    GossipCore begun =
        new GossipCore(
            new CoreSetup(
                plan.settings(),
                id,
                origin.epoch(),
                profile,
                origin.kept(),
                sealing.authenticated(),
                MemberPool.plain(),
                plan.keys() != null ? plan.keys() : KeyState.none(),
                replica,
                drops),
            made);
    host = made;
    core = begun;
    view.self(id, profile);
    view.publish();
    begun.onMail(
        (from, topic, payload, answer) ->
            mail.received(from, topic, payload, fault -> onLoop(() -> answer.accept(fault))));
    begun.onEvent(news);
    made.start(begun);
    begun.start();
    if (kept != null) {
      contacts =
          loop.scheduleWithFixedDelay(
              this::contact, CONTACT_MINUTES, CONTACT_MINUTES, TimeUnit.MINUTES);
    }
  }

  /** Others live, if they do: what is kept of the store is that fresh. */
  private void contact() {
    StoreFiles stored = kept;
    if (stored != null && othersLive()) {
      stored.contact();
    }
  }

  private boolean othersLive() {
    GossipCore running = core;
    return running != null
        && running.members().stream()
            .anyMatch(
                member ->
                    member.state() == State.ALIVE && !member.id().equals(running.self().id()));
  }

  private @Nullable ReplicaSetup replica(NodeFiles.Origin origin) {
    StoreSettings settings = plan.store();
    if (settings == null) {
      return null;
    }
    StoreFiles stored = origin.store();
    if (stored != null) {
      return new ReplicaSetup(settings, stored.state(), stored, plan.net().metrics());
    }
    // Nothing of an earlier start is left, so this one must not number its writes as that one did.
    ReplicaId replica = Generations.ofEpoch(origin.id(), origin.epoch());
    return new ReplicaSetup(
        settings,
        new StoreState(replica, StoreLimits.USUAL),
        StoreLog.none(),
        plan.net().metrics());
  }

  /** The answer of a receiver, which comes from its own thread. */
  private void onLoop(Runnable work) {
    try {
      loop.execute(
          () -> {
            NettyHost running = host;
            if (running != null) {
              running.guarded(work);
            }
          });
    } catch (RejectedExecutionException e) {
      // The loops are closed, so the node is over and so is the one who waits for the answer here.
    }
  }

  /** See {@link OnCore#call}. */
  void call(Consumer<GossipCore> work, Consumer<String> otherwise) {
    Runnable onLoop =
        () -> {
          GossipCore running = core;
          if (running == null) {
            otherwise.accept("the node does not run");
          } else {
            requireNonNull(host).guarded(() -> work.accept(running));
          }
        };
    try {
      loop.execute(onLoop);
    } catch (RejectedExecutionException e) {
      otherwise.accept("the node does not run any more");
    }
  }

  /** Ends everything without a word to the others; also what a failed start has left. */
  CompletionStage<Void> stop() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    Runnable closing =
        () -> {
          boolean othersLive = othersLive();
          NettyHost running = host;
          if (running != null) {
            running.end();
          }
          core = null;
          host = null;
          if (store != null) {
            store.end("the node does not run any more");
          }
          Sockets bound = sockets;
          CompletionStage<Void> kept = closeStore(othersLive);
          CompletionStage<?> unbound =
              bound == null ? CompletableFuture.completedStage(null) : bound.close();
          var unused =
              unbound
                  .thenCompose(closed -> kept)
                  .handle((closed, fault) -> files.close())
                  .thenCompose(released -> released)
                  .whenComplete((both, fault) -> stopped.complete(null));
        };
    try {
      loop.execute(closing);
    } catch (RejectedExecutionException e) {
      // The loops went first, and the sockets with them.
      if (store != null) {
        store.end("the node does not run any more");
      }
      var unused =
          closeStore(false)
              .thenCompose(closed -> files.close())
              .thenRun(() -> stopped.complete(null));
    }
    return stopped;
  }

  private CompletionStage<Void> closeStore(boolean othersLive) {
    ScheduledFuture<?> timer = contacts;
    if (timer != null) {
      timer.cancel(false);
    }
    StoreFiles stored = kept;
    return stored == null ? CompletableFuture.completedStage(null) : stored.close(othersLive);
  }

  /** Hears and sends to these networks from now on, all when there are none. */
  void allow(List<Cidr> networks, Runnable done, Consumer<String> otherwise) {
    call(
        running -> {
          requireNonNull(host).allow(networks);
          done.run();
        },
        otherwise);
  }

  /** Why the store is not kept on disk at present; empty while it is, or is not to be kept. */
  Optional<String> storeFault() {
    StoreFiles stored = kept;
    return stored == null ? Optional.empty() : stored.failing();
  }

  /** Null before it is bound. */
  @Nullable HostPort address() {
    Sockets bound = sockets;
    return bound == null ? null : bound.address();
  }

  /** Null before it is known. */
  @Nullable NodeId id() {
    return id;
  }

  /** What was not taken, by reason. */
  DropCounts drops() {
    return drops;
  }

  /** The host, on the event loop. */
  @Nullable NettyHost host() {
    return host;
  }

  @Override
  public void told(GossipEvent event) {
    show(() -> show(event));
    untold.add(event);
  }

  @Override
  public void identityChanged(NodeId now) {
    show(
        () -> {
          GossipCore running = core;
          if (running != null) {
            id = now;
            view.self(now, running.self().profile());
            if (store != null) {
              store.ownerState(now, State.ALIVE);
            }
          }
        });
    if (!plan.stopWhenCloned()) {
      files.identity(now);
    }
  }

  /** After the call of the core that tells it, so that all that it tells is one batch. */
  private void show(Runnable change) {
    if (unseen.isEmpty()) {
      loop.execute(this::showAll);
    }
    unseen.add(change);
  }

  private void showAll() {
    // Taken out first: what fails must not keep all that follows from being shown.
    List<GossipEvent> events = List.copyOf(untold);
    List<Runnable> changes = List.copyOf(unseen);
    untold.clear();
    unseen.clear();
    changes.forEach(Runnable::run);
    view.publish();
    NettyHost running = host;
    if (running != null) {
      running.expect(view.all().size());
    }
    events.forEach(told);
  }

  private void show(GossipEvent event) {
    view.accept(event);
    if (event instanceof GossipEvent.MemberChanged change) {
      showName(change.id());
      StoreFiles stored = kept;
      if (stored != null && change.after() == State.ALIVE && !change.id().equals(id)) {
        stored.contact();
      }
      if (store != null) {
        store.ownerState(change.id(), change.after());
      }
    } else if (event instanceof GossipEvent.ViewChanged change) {
      showName(change.id());
    }
  }

  private void showName(NodeId id) {
    GossipCore running = core;
    MemberRecord member = running == null ? null : running.member(id);
    if (running != null && member != null) {
      view.shown(id, running.shownName(member), running.isProven(id));
    }
  }

  @Override
  public void keep(List<KeptMember> members) {
    files.save(members);
  }

  @Override
  public boolean keeps() {
    return files.keep();
  }
}
