// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes deltas on along the links of the rings: at once on those that make up a tree, as a mere
 * list of what there is on the others, from which a node takes what the tree did not bring (after
 * Leitao and others, Epidemic Broadcast Trees, 2007). Where no link is open, deltas ride on gossip.
 *
 * <p>There is one tree for the writes of all nodes. A link leaves it when it brings a delta that
 * another link of the tree brought before ({@link Pruning} says when), and comes back when a delta
 * is asked for on it, or when a link of the tree broke.
 */
final class Spread {

  /** Where a delta came from that did not come on a link of the rings. */
  static final int NO_LINK = -1;

  private static final int MOST_DOTS = 64;
  private static final int MOST_ASKED = 4_096;
  private static final int LARGE_OCTETS = 64 << 10;
  private static final long LARGE_WAITING = 1L << 20;
  private static final long MOST_WAITING = 8L << 20;
  private static final long DRAIN_NANOS = Duration.ofSeconds(1).toNanos();

  /** Older deltas that exchanges brought are not passed on as well. */
  private static final long NEWS_MILLIS = 5_000;

  private final Replica replica;
  private final Map<Integer, Branch> branches = new LinkedHashMap<>();
  private final Recents recents = new Recents();
  private final Wants wants;
  private final Pruning pruning;
  private boolean mentioning;

  Spread(Replica replica) {
    this.replica = replica;
    this.wants = new Wants(replica);
    this.pruning =
        new Pruning(
            replica.host,
            replica.setup.settings().ihaveTimeout().toNanos(),
            this::isInTree,
            this::prune);
    replica.metrics.missing(wants::size);
  }

  /** A write of this node, safe and to be told. */
  void own(Delta delta) {
    pass(delta, new StoreMessage(StoreMessage.DELTA, StoreCodec.encode(delta)), NO_LINK);
  }

  /** A delta of another node that waited in {@link Intake} was taken in. */
  void taken(Delta delta, int link) {
    pass(delta, new StoreMessage(StoreMessage.DELTA, StoreCodec.encode(delta)), link);
  }

  /** See {@link Replica#neighbourUp}. */
  void up(ReplicaHost.Neighbour neighbour) {
    branches.put(neighbour.link(), new Branch(neighbour.link()));
  }

  /** See {@link Replica#neighbourDown}. */
  void down(ReplicaHost.Neighbour neighbour) {
    Branch gone = branches.remove(neighbour.link());
    if (gone != null && gone.eager) {
      // The tree may be in two pieces now, and no write is to wait until that is found out.
      for (Branch branch : branches.values()) {
        if (!branch.eager) {
          takeIn(branch, List.of());
        }
      }
    }
  }

  boolean isOpen(int link) {
    return branches.containsKey(link);
  }

  /** The links that make up the tree here, in the order in which they came. */
  List<Integer> tree() {
    return branches.values().stream().filter(one -> one.eager).map(one -> one.link).toList();
  }

  /** A message of its kinds on the stream of a neighbour. */
  void received(ReplicaHost.Neighbour from, StoreMessage message) {
    Branch branch = branches.get(from.link());
    if (branch == null) {
      replica.metrics.fault("link");
      return;
    }
    switch (message.kind()) {
      case StoreMessage.DELTA -> delta(branch, message);
      case StoreMessage.PRUNE -> branch.eager = false;
      case StoreMessage.I_HAVE -> {
        for (Dot dot : dots(message, MOST_DOTS)) {
          announced(dot, branch.link);
        }
      }
      default -> grafted(branch, dots(message, MOST_ASKED));
    }
  }

  private List<Dot> dots(StoreMessage message, int most) {
    List<Dot> dots;
    try {
      dots = StoreCodec.decodeDots(message.body());
    } catch (DecodeException e) {
      replica.metrics.fault("malformed");
      return List.of();
    }
    if (dots.size() > most) {
      replica.metrics.fault("length");
      return List.of();
    }
    return dots;
  }

  private @Nullable Delta decoded(StoreMessage message) {
    try {
      return StoreCodec.decodeDelta(message.body());
    } catch (DecodeException e) {
      replica.metrics.fault("malformed");
      return null;
    }
  }

  private void delta(Branch branch, StoreMessage message) {
    replica.metrics.copies.increment();
    Delta delta = decoded(message);
    if (delta == null) {
      return;
    }
    switch (replica.intake.delta(delta, message.body().size(), branch.link)) {
      case TAKEN -> {
        branch.eager = true;
        passAndWake(delta, message, branch.link);
      }
      case KNOWN -> twice(branch, delta, message);
      default -> {}
    }
  }

  /** A delta that came by datagram. */
  void rumour(NodeId from, StoreMessage message) {
    replica.metrics.rumours.increment();
    Delta delta = decoded(message);
    if (delta != null
        && replica.intake.delta(delta, message.body().size(), NO_LINK)
            == StoreState.Outcome.TAKEN) {
      passAndWake(delta, message, NO_LINK);
    }
  }

  private void passAndWake(Delta delta, StoreMessage message, int link) {
    pass(delta, message, link);
    replica.intake.wake(delta.key());
  }

  /** A delta came that is here. */
  private void twice(Branch branch, Delta delta, StoreMessage message) {
    replica.metrics.duplicates.increment();
    Dot last = delta.last().dot();
    if (recents.find(last, replica.host.nanos()) != null) {
      pruning.again(last, branch.link);
    } else if (isNews(delta)) {
      // An exchange brought it before the tree did; who is behind us on the tree has it not.
      pass(delta, message, branch.link);
    }
  }

  private boolean isInTree(int link) {
    Branch branch = branches.get(link);
    return branch != null && branch.eager;
  }

  private void prune(int link) {
    Branch branch = branches.get(link);
    if (branch != null) {
      branch.eager = false;
      replica.metrics.prunes.increment();
      write(branch, new StoreMessage(StoreMessage.PRUNE, Bytes.EMPTY));
    }
  }

  private boolean isNews(Delta delta) {
    return replica.host.wallMillis() - Hlc.millis(delta.last().time()) < NEWS_MILLIS;
  }

  private void pass(Delta delta, StoreMessage message, int link) {
    List<Stamp> writes = delta.writes();
    recents.add(new Recents.Kept(message, writes, replica.host.nanos()));
    pruning.first(delta.last(), link, delta.origin().equals(replica.state.self()));
    Set<Integer> have = new LinkedHashSet<>();
    for (Stamp write : writes) {
      have.addAll(wants.came(write.dot()));
    }
    for (Branch branch : List.copyOf(branches.values())) {
      if (branch.link == link || branch.stuffed || have.contains(branch.link)) {
        continue;
      }
      boolean fits = message.body().size() <= LARGE_OCTETS || branch.waiting <= LARGE_WAITING;
      if (branch.eager && fits) {
        replica.metrics.deltaOctets.add(message.body().size());
        write(branch, message);
      } else {
        branch.mention(delta.last().dot());
        mentionSoon();
      }
    }
    if (branches.isEmpty()) {
      replica.host.rumour(message); // one that is too long is left to exchanges
    }
  }

  private void mentionSoon() {
    if (!mentioning) {
      mentioning = true;
      replica.host.schedule(replica.setup.settings().flushInterval().toNanos(), this::mention);
    }
  }

  private void mention() {
    mentioning = false;
    for (Branch branch : List.copyOf(branches.values())) {
      for (List<Dot> part : branch.word(MOST_DOTS)) {
        write(branch, new StoreMessage(StoreMessage.I_HAVE, StoreCodec.encode(part)));
      }
    }
  }

  /** A neighbour has this write. */
  void announced(Dot dot, int link) {
    if (link != NO_LINK) {
      wants.announced(dot, link);
    }
  }

  /** Whether the tree brought this write, as far as is remembered. */
  boolean mayHaveBrought(Dot dot) {
    long now = replica.host.nanos();
    return recents.find(dot, now) != null || replica.intake.waiting.has(dot) || recents.lost(now);
  }

  /** Asks a neighbour for deltas that the tree did not bring; the link is in it from now on. */
  void graft(int link, List<Dot> dots) {
    Branch branch = branches.get(link);
    if (branch == null) {
      return;
    }
    takeIn(branch, dots.subList(0, Math.min(dots.size(), MOST_ASKED)));
    for (int from = MOST_ASKED; from < dots.size(); from += MOST_ASKED) {
      List<Dot> part = dots.subList(from, Math.min(dots.size(), from + MOST_ASKED));
      write(branch, new StoreMessage(StoreMessage.GRAFT, StoreCodec.encode(part)));
    }
  }

  /** Takes all links into the tree, at both ends; deltas make a tree of them again. */
  void mend() {
    branches.values().forEach(branch -> takeIn(branch, List.of()));
  }

  private void takeIn(Branch branch, List<Dot> wanted) {
    branch.eager = true;
    replica.metrics.grafts.increment();
    write(branch, new StoreMessage(StoreMessage.GRAFT, StoreCodec.encode(wanted)));
  }

  private void grafted(Branch branch, List<Dot> dots) {
    branch.eager = true;
    Set<StoreMessage> answers = new LinkedHashSet<>();
    for (Dot dot : dots) {
      Recents.Kept kept = recents.find(dot, replica.host.nanos());
      // What replaced a write that is everywhere may be forgotten: without that it must not be told
      // to one who lacks it, be it of another cluster that comes together with this one.
      if (kept != null && kept.last().time() > replica.stability.stripped()) {
        answers.add(kept.message());
      }
    }
    for (StoreMessage answer : answers) {
      if (!branch.stuffed) {
        replica.metrics.deltaOctets.add(answer.body().size());
        write(branch, answer);
      }
    }
  }

  private void write(Branch branch, StoreMessage message) {
    branch.waiting = replica.host.write(branch.link, message);
    if (branch.waiting > MOST_WAITING && !branch.stuffed) {
      branch.stuffed = true;
      replica.metrics.stuffed.increment();
      replica.host.schedule(DRAIN_NANOS, () -> drained(branch));
    }
  }

  /** Looks whether what waited on a link is gone, and then makes up for what was left out. */
  private void drained(Branch branch) {
    if (branches.get(branch.link) != branch) {
      return;
    }
    branch.waiting =
        replica.host.write(
            branch.link, new StoreMessage(StoreMessage.I_HAVE, StoreCodec.encode(List.<Dot>of())));
    if (branch.waiting > LARGE_WAITING) {
      replica.host.schedule(DRAIN_NANOS, () -> drained(branch));
    } else {
      branch.stuffed = false;
      replica.exchanges.soon();
    }
  }
}
