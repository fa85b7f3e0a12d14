// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.lb.vip.Reach;
import io.dcosnet.lb.vip.ReachPolicy;
import io.dcosnet.lb.vip.ReachPolicy.Suspects;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the nodes that tasks run on can be reached, as the members tell. A node that nobody knows
 * counts as reachable: not every Mesos agent need run this software. One that was dead when it was
 * forgotten stays so while back ends on it are left.
 *
 * <p>While more than a part of all members is dead, {@link ReachPolicy#guardPercent}, the guard
 * holds: nobody else is taken out for being dead, as this node may be the one that is cut off. Who
 * was out before stays out. One that says that it leaves is believed at any time.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Reachability {

  private static final Logger LOGGER = LoggerFactory.getLogger(Reachability.class);

  private static final Comparator<Member> LIVING_FIRST =
      Comparator.<Member, Boolean>comparing(member -> member.state() != State.ALIVE)
          .thenComparing(member -> member.state() != State.SUSPECT)
          .thenComparing(Member::since, Comparator.reverseOrder());

  /**
   * Where something may be otherwise after some changes.
   *
   * @param everywhere true when the guard began or ended
   */
  record Touched(Set<IpAddress> addresses, Set<NodeId> nodes, boolean everywhere) {}

  private final ReachPolicy policy;
  private final Predicate<IpAddress> used;
  private final Map<NodeId, Member> members = new HashMap<>();
  private final Map<NodeId, Member> forgotten = new HashMap<>();
  private final Map<IpAddress, Set<NodeId>> byAddress = new HashMap<>();
  // Those that were out when the guard began.
  private final Set<NodeId> out = new HashSet<>();
  private boolean guarding;
  private boolean listening;

  /**
   * Knows nobody.
   *
   * @param used whether back ends are on the node at an address
   */
  Reachability(ReachPolicy policy, Predicate<IpAddress> used) {
    this.policy = policy;
    this.used = used;
  }

  /**
   * This node has just begun, and has yet to hear of most others: until {@link #settle} one that it
   * has never heard of is not taken for dead, as its back ends would be of no use to us and their
   * connections cut, each time that this node starts.
   */
  void listen() {
    listening = true;
  }

  /** By now this node has heard of everybody; false when that is nothing new. */
  boolean settle() {
    boolean news = listening;
    listening = false;
    return news;
  }

  /** Begins with these members. */
  void begin(Collection<Member> known) {
    update(known.stream().map(Change::added).toList());
  }

  /** Takes what changed. */
  Touched update(List<Change<Member>> changes) {
    Set<IpAddress> addresses = new HashSet<>();
    Set<NodeId> nodes = new HashSet<>();
    Set<NodeId> deadBefore = dead();
    for (Change<Member> change : changes) {
      Member after = change.after();
      Member before = members.remove(change.latest().id());
      Member gone = before == null ? forgotten.remove(change.latest().id()) : before;
      if (gone != null && after != null && isAlike(gone, after)) {
        members.put(after.id(), after);
        continue;
      }
      if (gone != null) {
        index(gone, false, addresses);
      }
      if (after != null) {
        members.put(after.id(), after);
        index(after, true, addresses);
      } else if (gone != null && !gone.state().lives()) {
        forgotten.put(gone.id(), gone);
        index(gone, true, addresses);
      }
      nodes.add(change.latest().id());
    }
    dropUnused();
    boolean flipped = guard(deadBefore);
    return new Touched(addresses, nodes, flipped);
  }

  /** Whether no back end is the better or worse for it. */
  private boolean isAlike(Member one, Member other) {
    boolean alike = one.state() == other.state() || (isReached(one) && isReached(other));
    return alike && addresses(one).equals(addresses(other));
  }

  private boolean isReached(Member member) {
    return member.state().lives() && reach(member.id(), member.state()) == Reach.REACHED;
  }

  private void index(Member member, boolean add, Set<IpAddress> touched) {
    for (IpAddress address : addresses(member)) {
      touched.add(address);
      Set<NodeId> there = byAddress.computeIfAbsent(address, a -> new HashSet<>());
      if (add) {
        there.add(member.id());
      } else {
        there.remove(member.id());
      }
      if (there.isEmpty()) {
        byAddress.remove(address);
      }
    }
  }

  private static Set<IpAddress> addresses(Member member) {
    Set<IpAddress> addresses = new HashSet<>();
    addresses.add(member.endpoint().address());
    String told = member.metadata().get(Member.META_AGENT_ADDRESS);
    if (told != null) {
      IpAddress.tryParse(told).ifPresent(addresses::add);
    }
    return addresses;
  }

  private void dropUnused() {
    for (Member member : List.copyOf(forgotten.values())) {
      if (addresses(member).stream().noneMatch(used)) {
        forgotten.remove(member.id());
        index(member, false, new HashSet<>());
      }
    }
  }

  private Set<NodeId> dead() {
    Set<NodeId> dead = new HashSet<>();
    for (Member member : members.values()) {
      if (member.state() == State.DEAD) {
        dead.add(member.id());
      }
    }
    return dead;
  }

  /** True when the guard began or ended. */
  private boolean guard(Set<NodeId> deadBefore) {
    Set<NodeId> dead = dead();
    // One that left has said so, which no partition does.
    long known = members.values().stream().filter(m -> m.state() != State.LEFT).count();
    boolean more = dead.size() * 100L > policy.guardPercent() * known;
    boolean fewer = dead.size() * 100L < policy.guardPercent() * known || dead.isEmpty();
    boolean before = guarding;
    if (guarding) {
      out.retainAll(dead);
      guarding = !fewer;
    } else if (more) {
      guarding = true;
      out.addAll(deadBefore);
      out.retainAll(dead);
    }
    if (!guarding) {
      out.clear();
    }
    if (guarding != before) {
      LOGGER.warn(
          guarding
              ? "so many nodes look dead that this one may be cut off, no more back ends are taken"
                  + " out for that dead={} known={} guard={}%"
              : "fewer nodes look dead, their back ends are taken out again dead={} known={}"
                  + " guard={}%",
          dead.size(),
          known,
          policy.guardPercent());
    }
    return guarding != before;
  }

  /** Whether the guard holds. */
  boolean isGuarding() {
    return guarding;
  }

  /**
   * What is believed of the node of a back end.
   *
   * @param state of the writer as the store has it, for a writer that is no known member
   */
  Reach of(BackendEntry entry, NodeId writer, OwnerState state) {
    Member there = best(byAddress.getOrDefault(entry.backend().node(), Set.of()));
    if (there == null && entry.onWriter()) {
      Member member = members.get(writer);
      if (member == null) {
        boolean unheard = listening && state == OwnerState.DEAD && !forgotten.containsKey(writer);
        return unheard ? Reach.REACHED : reach(writer, State.valueOf(state.name()));
      }
      there = member;
    }
    return there == null ? Reach.REACHED : reach(there.id(), there.state());
  }

  private @Nullable Member best(Set<NodeId> nodes) {
    Member best = null;
    for (NodeId node : nodes) {
      Member member = members.containsKey(node) ? members.get(node) : forgotten.get(node);
      if (member != null && (best == null || LIVING_FIRST.compare(member, best) < 0)) {
        best = member;
      }
    }
    return best;
  }

  private Reach reach(NodeId node, State state) {
    return switch (state) {
      case ALIVE -> Reach.REACHED;
      case SUSPECT -> policy.suspects() == Suspects.DEPRIORITISE ? Reach.DOUBTED : Reach.REACHED;
      case LEFT -> Reach.LEFT;
      case DEAD -> !guarding ? Reach.DEAD : held(node) ? Reach.REACHED : Reach.UNCERTAIN;
    };
  }

  /** Whether it died only when so many did. */
  private boolean held(NodeId node) {
    return members.containsKey(node) && !out.contains(node);
  }
}
