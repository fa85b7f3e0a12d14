// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Part;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of the whole cluster, and what its own Mesos agent says: of the tasks on the
 * own agent, the agent's word counts while it is fresh, so that a node answers for what runs on it
 * also while all masters are down.
 *
 * <p>Agents and frameworks are as the cluster-wide source has them; the agent's word counts for
 * those that it lacks, and for an agent that it knows no address of. While only the agent has told
 * something, {@link Masters#OTHERS} are awaited. A change costs what it changes; when the agent's
 * word begins or ends to count, it costs what runs there.
 *
 * <p><b>Thread-safe.</b> Its work runs on the executor, one piece at a time.
 */
public final class MergedSource extends Part implements ClusterSource {

  /** How often it is asked whether the agent's word is fresh, beside at each change. */
  public static final Duration LOOK = Duration.ofSeconds(2);

  private final ClusterSource wide;
  private final ClusterSource local;
  private final BooleanSupplier fresh;
  private final Scheduler scheduler;
  private final Turns turns;
  private final ClusterPublisher publisher;

  // Confined to a turn.
  private final List<Subscription> subscriptions = new ArrayList<>();
  private ClusterState wideState = ClusterState.EMPTY;
  private ClusterState localState = ClusterState.EMPTY; // empty while its word does not count
  private boolean wideTold;
  private boolean localCounts;
  private Set<String> own = Set.of();
  private Scheduler.@Nullable Timer timer;
  private boolean stopped;

  private MergedSource(
      ClusterSource wide,
      ClusterSource local,
      BooleanSupplier fresh,
      Scheduler scheduler,
      Executor executor) {
    super("merged sources");
    this.wide = requireNonNull(wide, "wide");
    this.local = requireNonNull(local, "local");
    this.fresh = requireNonNull(fresh, "fresh");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    turns = new Turns(executor);
    publisher = ClusterPublisher.create(scheduler.time());
  }

  /**
   * Two sources as one; their lives are the host's own matter.
   *
   * @param wide of the whole cluster
   * @param local of this node's agent
   * @param fresh tells whether the agent's word is not too old; must not block
   */
  public static MergedSource of(
      ClusterSource wide,
      ClusterSource local,
      BooleanSupplier fresh,
      Scheduler scheduler,
      Executor executor) {
    return new MergedSource(wide, local, fresh, scheduler, executor);
  }

  @Override
  protected CompletionStage<Void> open() {
    return CompletableFuture.runAsync(
        () -> {
          subscriptions.add(wide.subscribe(turns, this::wideChanged));
          subscriptions.add(local.subscribe(turns, update -> look(update.sinceNanos())));
          lookLater();
        },
        turns);
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    return CompletableFuture.runAsync(
        () -> {
          stopped = true;
          subscriptions.forEach(Subscription::close);
          if (timer != null) {
            timer.cancel();
          }
        },
        turns);
  }

  private void lookLater() {
    timer =
        scheduler.schedule(
            LOOK,
            () ->
                turns.execute(
                    () -> {
                      if (!stopped) {
                        look(ClusterUpdate.NO_TIME);
                        lookLater();
                      }
                    }));
  }

  private void wideChanged(ClusterUpdate update) {
    wideState = update.after();
    boolean first = !wideTold;
    wideTold = true;
    ClusterChange change = update.change();
    Set<TaskKey> tasks = new LinkedHashSet<>();
    change.tasks().forEach(one -> tasks.add(one.latest().key()));
    Set<String> agents = new LinkedHashSet<>();
    change.agents().forEach(one -> agents.add(one.latest().id()));
    Set<String> frameworks = new LinkedHashSet<>();
    change.frameworks().forEach(one -> frameworks.add(one.latest().id()));
    boolean masters = first || change.masters() != null;
    publish(tasks, agents, frameworks, change, masters, update.sinceNanos());
  }

  /** Takes the agent's newest word, if it counts. */
  private void look(long sinceNanos) {
    boolean counts = local.ready() && fresh.getAsBoolean();
    ClusterState before = localState;
    ClusterState after = counts ? local.cluster() : ClusterState.EMPTY;
    if (counts == localCounts && after.equals(before)) {
      return;
    }
    boolean other = counts != localCounts;
    localCounts = counts;
    localState = after;
    Set<String> ownBefore = own;
    own = new HashSet<>();
    after.agents().forEach(agent -> own.add(agent.id()));
    ClusterChange change = ClusterChange.between(before, after);
    Set<TaskKey> tasks = new LinkedHashSet<>();
    change.tasks().forEach(one -> tasks.add(one.latest().key()));
    if (!own.equals(ownBefore)) {
      Set<String> both = new HashSet<>(own);
      both.addAll(ownBefore);
      both.forEach(id -> wideState.tasksOn(id).forEach(task -> tasks.add(task.key())));
      other = true;
    }
    Set<String> agents = new LinkedHashSet<>();
    change.agents().forEach(one -> agents.add(one.latest().id()));
    Set<String> frameworks = new LinkedHashSet<>();
    change.frameworks().forEach(one -> frameworks.add(one.latest().id()));
    publish(tasks, agents, frameworks, ClusterChange.NONE, other, sinceNanos);
  }

  /** Publishes what these are now; what does not differ the publisher leaves out. */
  private void publish(
      Set<TaskKey> tasks,
      Set<String> agents,
      Set<String> frameworks,
      ClusterChange rest,
      boolean masters,
      long sinceNanos) {
    if (!wideTold && !localCounts && !publisher.ready()) {
      return;
    }
    ClusterState before = publisher.cluster();
    List<Change<Task>> taskChanges = new ArrayList<>();
    for (TaskKey key : tasks) {
      add(taskChanges, before.task(key).orElse(null), task(key));
    }
    List<Change<Agent>> agentChanges = new ArrayList<>();
    for (String id : agents) {
      add(agentChanges, before.agent(id).orElse(null), agent(id));
    }
    List<Change<Framework>> frameworkChanges = new ArrayList<>();
    for (String id : frameworks) {
      Framework local = localState.framework(id).orElse(null);
      Framework now = wideState.framework(id).orElse(local);
      add(frameworkChanges, before.framework(id).orElse(null), now);
    }
    publisher.apply(
        new ClusterChange(
            taskChanges,
            agentChanges,
            frameworkChanges,
            rest.apps(),
            rest.pods(),
            masters ? Change.added(masters()) : null),
        sinceNanos);
  }

  private static <T> void add(List<Change<T>> changes, @Nullable T before, @Nullable T now) {
    if (before != null || now != null) {
      changes.add(new Change<>(before, now));
    }
  }

  private @Nullable Task task(TaskKey key) {
    Task told = localState.task(key).orElse(null);
    if (told != null) {
      return told;
    }
    return wideState.task(key).filter(task -> !own.contains(task.agentId())).orElse(null);
  }

  private @Nullable Agent agent(String id) {
    Agent told = localState.agent(id).orElse(null);
    Agent known = wideState.agent(id).orElse(told);
    boolean better = told != null && known != null && known.addresses().isEmpty();
    return better ? told : known;
  }

  private Masters masters() {
    Masters masters = wideState.masters();
    Set<String> awaited = new HashSet<>(masters.awaited());
    awaited.removeAll(own);
    if (!wideTold) {
      awaited.add(Masters.OTHERS);
    }
    return masters.awaiting(awaited);
  }

  @Override
  public ClusterState cluster() {
    return publisher.cluster();
  }

  @Override
  public boolean ready() {
    return publisher.ready();
  }

  @Override
  public List<Rejection> rejections() {
    List<Rejection> all = new ArrayList<>(wide.rejections());
    all.addAll(local.rejections());
    return List.copyOf(all);
  }

  @Override
  public Subscription subscribe(Executor listenerExecutor, ClusterListener listener) {
    return publisher.subscribe(listenerExecutor, listener);
  }
}
