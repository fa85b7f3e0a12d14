// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Part;
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
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.sources.facts.FactCodec;
import io.dcosnet.sources.facts.KeptAgents;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a master knows of its cluster into the replicated store, for the {@link FactSource}
 * of every node: an entry for each task, agent and framework, and a head that says how many there
 * are and of which generation. Only what differs from the store is written.
 *
 * <p>It writes only while it is {@link #active}, which the host says of the node whose master
 * leads. Then it writes all facts, and its head after them with a generation above all others, so
 * that readers go over to it in one step. For agents that the source still waits for it takes over
 * what was in the store, so an election empties nothing. Entries that are left over from an earlier
 * run go only when the source waits for nobody.
 *
 * <p>When it is not active any more its entries stay, until another one's facts have counted for
 * {@link #RETIREMENT}; also when it stops.
 *
 * <p><b>Thread-safe.</b> Its work runs in the turns of the {@link FactSource}.
 */
public final class FactPublisher extends Part {

  /** How long another's facts must have counted before those of a former leader are deleted. */
  public static final Duration RETIREMENT = Duration.ofSeconds(60);

  /** A claim against a higher head is made after this time, and ever later if there are more. */
  private static final Duration CLAIM_DELAY = Duration.ofSeconds(1);

  private static final int MAX_CLAIM_SHIFT = 6;

  /** Entries that come back late come together. */
  private static final Duration COMPARE_DELAY = Duration.ofSeconds(5);

  private static final Logger LOGGER = LoggerFactory.getLogger(FactPublisher.class);

  private final FactSource facts;
  private final ClusterSource source;
  private final Scheduler scheduler;
  private final FactWrites writes;
  private final String self;
  private final FactHeads heads;

  // Confined to a turn.
  private final FactBoard.Observer observer = new OwnEntries();
  private boolean running;
  private boolean wanted; // to be active
  private @Nullable Subscription subscription;
  private KeptAgents kept = new KeptAgents(ClusterState.EMPTY);
  private boolean told; // the source has told its state since this one became active
  private boolean leftovers; // entries of an earlier run may be there
  private int claims;
  private Scheduler.@Nullable Timer claimTimer;
  private Scheduler.@Nullable Timer retireTimer;
  private Scheduler.@Nullable Timer compareTimer;

  private FactPublisher(FactSource facts, ClusterSource source, int writesPerSecond) {
    super("fact publisher");
    this.facts = facts;
    this.source = source;
    scheduler = facts.scheduler;
    self = facts.store.localNode().toString();
    writes = new FactWrites(facts, writesPerSecond, this::written);
    heads = new FactHeads(facts, writes);
  }

  /**
   * A publisher at the usual pace.
   *
   * @param facts of this node; its store is written to, and it runs as long as this one
   * @param source what this node's master says
   */
  public static FactPublisher create(FactSource facts, ClusterSource source) {
    return create(facts, source, FactWrites.DEFAULT_PER_SECOND);
  }

  /**
   * A publisher that is not active.
   *
   * @param writesPerSecond most that it writes in a second, when much has changed at once
   */
  public static FactPublisher create(FactSource facts, ClusterSource source, int writesPerSecond) {
    requireNonNull(facts, "facts");
    requireNonNull(source, "source");
    if (writesPerSecond < 1) {
      throw new IllegalArgumentException(
          "writesPerSecond: " + writesPerSecond + " (expected: at least 1)");
    }
    return new FactPublisher(facts, source, writesPerSecond);
  }

  /** Says whether this node's master leads; may be said before the start, and again. */
  public void active(boolean leads) {
    facts.turns.execute(
        () -> {
          wanted = leads;
          turnOnOrOff();
        });
  }

  /** Facts that did not fit into an entry, or only without their labels. */
  public List<Rejection> rejections() {
    return writes.rejections();
  }

  @Override
  protected CompletionStage<Void> open() {
    return CompletableFuture.runAsync(
        () -> {
          running = true;
          facts.board.writer(self).entries().forEach(writes::found);
          facts.board.add(observer);
          turnOnOrOff();
          retireLater();
        },
        facts.turns);
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    return CompletableFuture.runAsync(
        () -> {
          running = false;
          turnOnOrOff();
          cancel(retireTimer);
          cancel(compareTimer);
          facts.board.remove(observer);
          writes.stop();
        },
        facts.turns);
  }

  private void turnOnOrOff() {
    boolean on = running && wanted;
    if (on && subscription == null) {
      cancel(retireTimer);
      retireTimer = null;
      claims = 0;
      LOGGER.info("this node's master leads, its facts are being written");
      takeOver();
    } else if (!on && subscription != null) {
      subscription.close();
      subscription = null;
      writes.clear();
      heads.end();
      cancel(claimTimer);
      claimTimer = null;
      kept = new KeptAgents(ClusterState.EMPTY);
      LOGGER.info("this node's master leads no more, its facts stay as they are");
      retireLater();
    }
  }

  /** Writes everything that differs, and a head above all others after it. */
  private void takeOver() {
    if (subscription != null) {
      subscription.close();
    }
    writes.clear();
    heads.end();
    told = false;
    subscription = source.subscribe(facts.turns, this::changed);
  }

  private static void cancel(Scheduler.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  private void changed(ClusterUpdate update) {
    if (subscription == null) {
      return;
    }
    boolean first = !told;
    if (first) {
      told = true;
      kept = new KeptAgents(facts.cluster());
      leftovers = true;
    }
    ClusterChange change = kept.follow(update);
    set(change);
    Change<Masters> masters = change.masters();
    if (leftovers && (first || masters != null)) {
      removeLeftovers();
    }
    heads.write(kept.merged().masters());
    writes.flush();
  }

  private void set(ClusterChange change) {
    // Before the tasks that stand on them, so that few readers meet one without the other.
    for (Change<Agent> one : change.agents()) {
      Agent agent = one.after();
      String key = FactKey.agent(one.latest().id(), self);
      writes.set(key, agent == null ? null : () -> FactCodec.encode(agent));
    }
    for (Change<Framework> one : change.frameworks()) {
      Framework framework = one.after();
      String key = FactKey.framework(one.latest().id(), self);
      writes.set(key, framework == null ? null : () -> FactCodec.encode(framework));
    }
    for (Change<Task> one : change.tasks()) {
      Task task = one.after();
      String key = FactKey.task(one.latest().key(), self);
      writes.set(key, task == null ? null : () -> writes.encode(key, task));
    }
    Change<Masters> masters = change.masters();
    if (masters != null) {
      Masters before = masters.before();
      Masters after = masters.latest();
      Set<String> gone = new HashSet<>(before == null ? Set.of() : before.awaited());
      gone.removeAll(after.awaited());
      gone.forEach(id -> writes.set(FactKey.awaited(id, self), null));
      after.awaited().forEach(this::setAwaited);
    }
  }

  private void setAwaited(String id) {
    writes.set(FactKey.awaited(id, self), () -> FactCodec.encodeAwaited(id));
  }

  /**
   * Deletes entries of ours that nothing stands behind. While the source waits for agents the
   * entries may be theirs, and readers stand on them unless another's facts count by now.
   */
  private void removeLeftovers() {
    ClusterState state = kept.merged();
    FactWriter highest = facts.board.highest();
    boolean others = highest != null && !highest.id().equals(self) && facts.counts(highest.id());
    if (!others && !state.masters().awaited().isEmpty()) {
      return;
    }
    leftovers = false;
    Set<String> alive = new HashSet<>();
    state.tasks().forEach(task -> alive.add(FactKey.task(task.key(), self)));
    state.agents().forEach(agent -> alive.add(FactKey.agent(agent.id(), self)));
    state.frameworks().forEach(one -> alive.add(FactKey.framework(one.id(), self)));
    state.masters().awaited().forEach(id -> alive.add(FactKey.awaited(id, self)));
    for (String key : writes.keys()) {
      if (!alive.contains(key) && !key.equals(heads.key())) {
        writes.set(key, null);
      }
    }
  }

  /** Everything that waited is written; called in a turn. */
  private void written() {
    if (subscription != null && told) {
      if (!heads.begun()) {
        heads.begin();
      }
      heads.write(kept.merged().masters());
    }
  }

  /** Follows the board for our own entries and for who is the highest; called in turns. */
  private final class OwnEntries implements FactBoard.Observer {

    private boolean surprised;

    @Override
    public void changed(FactWriter writer, Change<Entry> change) {
      if (writer.id().equals(self)) {
        surprised |= writes.seen(change);
      }
    }

    @Override
    public void settled() {
      if (surprised) {
        surprised = false;
        compareSoon();
      }
      FactWriter highest = facts.board.highest();
      boolean other = highest == null || !highest.id().equals(self);
      if (other && subscription != null && heads.begun() && claimTimer == null) {
        Duration delay = CLAIM_DELAY.multipliedBy(1L << Math.min(claims, MAX_CLAIM_SHIFT));
        claimTimer = scheduler.schedule(delay, () -> facts.turns.execute(OwnEntries.this::claim));
      }
      retireLater();
    }

    /**
     * Another head is higher, though it is we who lead: it was not here when we wrote ours. Or ours
     * was deleted.
     */
    private void claim() {
      claimTimer = null;
      FactWriter highest = facts.board.highest();
      boolean ours = highest != null && highest.id().equals(self);
      if (subscription != null && heads.begun() && !ours) {
        claims++;
        LOGGER.warn(
            "another's facts stand above those of the leading master, claiming writer={} claims={}",
            highest == null ? "nobody" : highest.id(),
            claims);
        takeOver(); // with what the other has of agents that are still awaited
      }
    }
  }

  /** Entries of an earlier run of ours came back from other nodes, or somebody deleted ours. */
  private void compareSoon() {
    if (compareTimer == null && running) {
      compareTimer =
          scheduler.schedule(COMPARE_DELAY, () -> facts.turns.execute(this::compareWithStore));
    }
  }

  private void compareWithStore() {
    compareTimer = null;
    if (subscription == null || !told) {
      retireLater();
      return;
    }
    set(ClusterChange.between(ClusterState.EMPTY, kept.merged()));
    leftovers = true;
    removeLeftovers();
    writes.flush();
  }

  private boolean isSuperseded() {
    FactWriter highest = facts.board.highest();
    boolean other = highest != null && !highest.id().equals(self) && facts.counts(highest.id());
    return running && subscription == null && other && !facts.board.writer(self).isEmpty();
  }

  private void retireLater() {
    if (!isSuperseded()) {
      cancel(retireTimer);
      retireTimer = null;
    } else if (retireTimer == null) {
      retireTimer = scheduler.schedule(RETIREMENT, () -> facts.turns.execute(this::retire));
    }
  }

  private void retire() {
    retireTimer = null;
    if (!isSuperseded()) {
      return;
    }
    FactWriter ours = facts.board.writer(self);
    LOGGER.info("another master's facts count, ours go entries={}", ours.size());
    Entry head = ours.headEntry();
    if (head != null) {
      writes.found(head);
    }
    writes.set(heads.key(), null); // first, so that nobody stands on what goes next
    writes.keys().forEach(key -> writes.set(key, null));
    writes.flush();
  }
}
