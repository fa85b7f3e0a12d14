// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.exchange.PeerTable.Accepted;
import io.dcosnet.overlay.exchange.PeerTable.Stored;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.MapPSet;
import org.pcollections.TreePMap;

/** A {@link PeerTable} that is being changed. <b>Confined to</b> one call of it. */
final class PeerDraft {

  final NodeId self;
  Optional<PeerScope> scope;
  HashPMap<NodeId, PeerEntry> told;
  HashPMap<NodeId, HashPMap<NodeId, Long>> gone;
  MapPSet<NodeId> remembered;
  TreePMap<NodeId, Accepted> accepted;
  TreePMap<String, List<Rejection>> rejected;
  TreePMap<String, List<Rejection>> unread;
  HashPMap<Object, NodeId> holders;
  HashPMap<Object, MapPSet<NodeId>> rivals;
  HashPMap<NodeId, MapPSet<Object>> waits;

  /** Whose entries have to be judged; the same one may be in here again. */
  private final Deque<NodeId> open = new ArrayDeque<>();

  PeerDraft(PeerTable from) {
    this.self = from.self;
    this.scope = from.scope;
    this.told = from.told;
    this.gone = from.gone;
    this.remembered = from.remembered;
    this.accepted = from.accepted;
    this.rejected = from.rejected;
    this.unread = from.unread;
    this.holders = from.holders;
    this.rivals = from.rivals;
    this.waits = from.waits;
  }

  void scoped(PeerScope now) {
    scope = Optional.of(now);
    // Those that are programmed come first, so that of equals they stay.
    List<NodeId> first = List.copyOf(accepted.keySet());
    accepted = TreePMap.empty();
    holders = HashTreePMap.empty();
    rivals = HashTreePMap.empty();
    waits = HashTreePMap.empty();
    first.forEach(this::judge);
    Set<NodeId> done = new HashSet<>(first);
    told.keySet().stream().filter(agent -> !done.contains(agent)).sorted().forEach(this::judge);
  }

  void remember(PeerEntry entry) {
    NodeId agent = entry.agent();
    if (!told.containsKey(agent) && !agent.equals(self)) {
      remembered = remembered.plus(agent);
      told = told.plus(agent, entry);
      judge(agent);
    }
  }

  void forgetRemembered() {
    for (NodeId agent : remembered) {
      told = told.minus(agent);
      rejected = rejected.minus(OverlayKeys.peer(agent));
      judge(agent);
    }
    remembered = HashTreePSet.empty();
  }

  void replace(Map<String, Stored> entries) {
    Set<String> lost = new HashSet<>(rejected.keySet());
    lost.addAll(unread.keySet());
    told.keySet().forEach(agent -> lost.add(OverlayKeys.peer(agent)));
    gone.forEach(
        (agent, writers) ->
            writers.keySet().forEach(writer -> lost.add(OverlayKeys.gone(agent, writer))));
    remembered.forEach(agent -> lost.remove(OverlayKeys.peer(agent)));
    lost.removeAll(entries.keySet());
    lost.forEach(this::remove);
    entries.forEach((key, stored) -> put(key, stored.value(), stored.owner()));
  }

  /** What is no statement of whom its key names leaves what that one said before. */
  void put(String key, Bytes value, NodeId owner) {
    unread = unread.minus(key);
    try {
      if (key.startsWith(OverlayKeys.PEERS)) {
        putPeer(key, value, owner);
      } else if (key.startsWith(OverlayKeys.GONE)) {
        putGone(key, value, owner);
      }
    } catch (DecodeException e) {
      unread = unread.plus(key, List.of(refusal("UNREADABLE", key, e.getMessage())));
    }
  }

  private void putPeer(String key, Bytes value, NodeId owner) {
    NodeId agent = OverlayKeys.parsePeer(key);
    if (agent.equals(self)) {
      return;
    }
    if (!owner.equals(agent)) {
      unread = unread.plus(key, List.of(foreign(key, owner)));
      return;
    }
    PeerEntry entry = PeerEntry.decode(agent, value);
    remembered = remembered.minus(agent);
    if (!entry.equals(told.get(agent))) {
      told = told.plus(agent, entry);
      judge(agent);
    }
  }

  private void putGone(String key, Bytes value, NodeId owner) {
    OverlayKeys.Gone name = OverlayKeys.parseGone(key);
    if (!owner.equals(name.writer())) {
      unread = unread.plus(key, List.of(foreign(key, owner)));
      return;
    }
    long revision = Withdrawal.decode(value).revision();
    HashPMap<NodeId, Long> writers = gone.get(name.agent());
    gone =
        gone.plus(
            name.agent(),
            (writers == null ? HashTreePMap.<NodeId, Long>empty() : writers)
                .plus(name.writer(), revision));
    judge(name.agent());
  }

  void remove(String key) {
    unread = unread.minus(key);
    rejected = rejected.minus(key);
    try {
      if (key.startsWith(OverlayKeys.PEERS)) {
        NodeId agent = OverlayKeys.parsePeer(key);
        told = told.minus(agent);
        remembered = remembered.minus(agent);
        judge(agent);
      } else if (key.startsWith(OverlayKeys.GONE)) {
        removeGone(OverlayKeys.parseGone(key));
      }
    } catch (DecodeException e) {
      // Nothing is known by a key that cannot be read, but that it was refused.
    }
  }

  private void removeGone(OverlayKeys.Gone name) {
    HashPMap<NodeId, Long> writers = gone.get(name.agent());
    if (writers != null) {
      HashPMap<NodeId, Long> left = writers.minus(name.writer());
      gone = left.isEmpty() ? gone.minus(name.agent()) : gone.plus(name.agent(), left);
      judge(name.agent());
    }
  }

  /** Judges what an agent says, and then whatever depends on that. */
  private void judge(NodeId agent) {
    if (scope.isEmpty() || agent.equals(self)) {
      return;
    }
    open.add(agent);
    for (NodeId next = open.poll(); next != null; next = open.poll()) {
      judgeOne(next, scope.get());
    }
  }

  private void judgeOne(NodeId agent, PeerScope now) {
    String key = OverlayKeys.peer(agent);
    release(agent);
    withdrawRivalry(agent);
    PeerEntry entry = told.get(agent);
    if (entry == null) {
      return;
    }
    OptionalLong withdrawn = withdrawn(gone, agent);
    if (withdrawn.isPresent() && entry.revision() <= withdrawn.getAsLong()) {
      rejected = rejected.minus(key);
      return;
    }
    PeerScope.Verdict verdict = now.judge(entry);
    List<Rejection> reasons = new ArrayList<>(verdict.reasons());
    verdict.peer().ifPresent(peer -> claim(entry, peer, reasons));
    reject(key, reasons);
  }

  private void claim(PeerEntry entry, Peer peer, List<Rejection> reasons) {
    Map<Object, String> claims = PeerScope.claims(peer);
    Set<NodeId> displaced = new HashSet<>();
    boolean loses = false;
    for (Map.Entry<Object, String> claim : claims.entrySet()) {
      NodeId holder = holders.get(claim.getKey());
      Accepted held = holder == null ? null : accepted.get(holder);
      if (held == null) {
        continue;
      }
      if (held.entry().revision() >= entry.revision()) {
        reasons.add(lost(entry, held.entry(), claim.getValue()));
        addRival(claim.getKey(), entry.agent());
        loses = true;
      } else {
        displaced.add(held.entry().agent());
      }
    }
    if (loses) {
      return;
    }
    for (NodeId loser : displaced) {
      release(loser);
      open.add(loser);
    }
    accepted = accepted.plus(entry.agent(), new Accepted(entry, peer));
    for (Object claim : claims.keySet()) {
      holders = holders.plus(claim, entry.agent());
    }
  }

  private static Rejection lost(PeerEntry entry, PeerEntry holder, String what) {
    boolean equal = entry.revision() == holder.revision();
    return PeerScope.rejection(
        entry.agent(),
        equal ? "CONFLICT" : "SUPERSEDED",
        "%s belongs to %s by revision %d, this is %d (expected: one owner)"
            .formatted(what, holder.agent(), holder.revision(), entry.revision()));
  }

  /** Takes an agent off; whoever wanted what it had is judged again. */
  private void release(NodeId agent) {
    Accepted had = accepted.get(agent);
    if (had == null) {
      return;
    }
    accepted = accepted.minus(agent);
    for (Object claim : PeerScope.claims(had.peer()).keySet()) {
      holders = holders.minus(claim);
      MapPSet<NodeId> waiting = rivals.get(claim);
      if (waiting != null) {
        open.addAll(waiting);
      }
    }
  }

  private void addRival(Object claim, NodeId agent) {
    rivals = plus(rivals, claim, agent);
    waits = plus(waits, agent, claim);
  }

  /** What an agent waited for may not be what it wants now. */
  private void withdrawRivalry(NodeId agent) {
    MapPSet<Object> claims = waits.get(agent);
    if (claims != null) {
      waits = waits.minus(agent);
      for (Object claim : claims) {
        MapPSet<NodeId> waiting = rivals.get(claim);
        MapPSet<NodeId> left = waiting == null ? null : waiting.minus(agent);
        rivals = left == null || left.isEmpty() ? rivals.minus(claim) : rivals.plus(claim, left);
      }
    }
  }

  private static <K, V> HashPMap<K, MapPSet<V>> plus(HashPMap<K, MapPSet<V>> map, K key, V value) {
    MapPSet<V> values = map.get(key);
    return map.plus(key, (values == null ? HashTreePSet.<V>empty() : values).plus(value));
  }

  private void reject(String key, List<Rejection> reasons) {
    rejected = reasons.isEmpty() ? rejected.minus(key) : rejected.plus(key, List.copyOf(reasons));
  }

  private static Rejection foreign(String key, NodeId owner) {
    return refusal("FOREIGN_WRITER", key, "written by " + owner + " (expected: whom it names)");
  }

  private static Rejection refusal(String code, String key, @Nullable String detail) {
    return new Rejection("entry", key, code, String.valueOf(detail));
  }

  /** The newest revision by which an agent is deleted. */
  static OptionalLong withdrawn(HashPMap<NodeId, HashPMap<NodeId, Long>> gone, NodeId agent) {
    HashPMap<NodeId, Long> writers = gone.get(agent);
    return writers == null
        ? OptionalLong.empty()
        : writers.values().stream().mapToLong(Long::longValue).max();
  }
}
