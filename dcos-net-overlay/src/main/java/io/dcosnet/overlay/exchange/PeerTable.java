// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.desired.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.MapPSet;
import org.pcollections.TreePMap;

/**
 * The other hosts as the entries of the store tell of them. What it costs to take an entry in
 * depends on that entry and not on their number, except for {@link #scoped}.
 *
 * <ul>
 *   <li>Entries may come before this host knows what it has itself; nobody is a peer until then.
 *   <li>What must not be programmed is refused with a reason ({@link PeerScope}).
 *   <li>Of two that say to have the same, the one by the greater revision counts; by equal ones
 *       that which was there first, and the other is an alarm.
 *   <li>An agent that a master withdrew is none any more until it writes by a later revision.
 *   <li>A dead agent's entry counts: its containers are there without it.
 * </ul>
 *
 * <p><b>Immutable.</b>
 */
public final class PeerTable {

  /** An agent that others can be sent to. */
  record Accepted(PeerEntry entry, Peer peer) {}

  final NodeId self;
  final Optional<PeerScope> scope;
  final HashPMap<NodeId, PeerEntry> told;
  final HashPMap<NodeId, HashPMap<NodeId, Long>> gone;
  final MapPSet<NodeId> remembered;
  final TreePMap<NodeId, Accepted> accepted;

  /** Why entries, or parts of them, must not be programmed. */
  final TreePMap<String, List<Rejection>> rejected;

  /** Why entries are none. */
  final TreePMap<String, List<Rejection>> unread;

  /** What only one host may have, and who has it. */
  final HashPMap<Object, NodeId> holders;

  /** Who said to have what another one holds, and would have it without that one. */
  final HashPMap<Object, MapPSet<NodeId>> rivals;

  /** The same by who waits. */
  final HashPMap<NodeId, MapPSet<Object>> waits;

  PeerTable(PeerDraft draft) {
    this.self = draft.self;
    this.scope = draft.scope;
    this.told = draft.told;
    this.gone = draft.gone;
    this.remembered = draft.remembered;
    this.accepted = draft.accepted;
    this.rejected = draft.rejected;
    this.unread = draft.unread;
    this.holders = draft.holders;
    this.rivals = draft.rivals;
    this.waits = draft.waits;
  }

  private PeerTable(NodeId self) {
    this.self = requireNonNull(self, "self");
    this.scope = Optional.empty();
    this.told = HashTreePMap.empty();
    this.gone = HashTreePMap.empty();
    this.remembered = HashTreePSet.empty();
    this.accepted = TreePMap.empty();
    this.rejected = TreePMap.empty();
    this.unread = TreePMap.empty();
    this.holders = HashTreePMap.empty();
    this.rivals = HashTreePMap.empty();
    this.waits = HashTreePMap.empty();
  }

  /**
   * One that knows of nobody.
   *
   * @param self whose table it is; its own entry is no peer
   */
  public static PeerTable empty(NodeId self) {
    return new PeerTable(self);
  }

  /** With what this host has now; all entries are judged anew. */
  public PeerTable scoped(PeerScope now) {
    return scope.equals(Optional.of(now)) ? this : changed(draft -> draft.scoped(now));
  }

  /**
   * With what a peer was known to be before this process began. It counts until the store tells of
   * the same agent, or {@link #withoutRemembered}.
   */
  public PeerTable remembering(PeerEntry entry) {
    return changed(draft -> draft.remember(entry));
  }

  /** Without those that were remembered and that the store never told of. */
  public PeerTable withoutRemembered() {
    return remembered.isEmpty() ? this : changed(PeerDraft::forgetRemembered);
  }

  /** Whether the store told of any other host, believed or not. */
  public boolean tellsOfOthers() {
    return told.size() - remembered.size() > (told.containsKey(self) ? 1 : 0);
  }

  /** How many are remembered only. */
  public int remembered() {
    return remembered.size();
  }

  /**
   * With an entry of the store. One that cannot be read, or whose owner is not the one that its key
   * names, is refused, and what the agent said before stays.
   *
   * @param key that begins with {@link OverlayKeys#PREFIX}; others are ignored
   * @param owner who wrote it
   */
  public PeerTable with(String key, Bytes value, NodeId owner) {
    return changed(draft -> draft.put(key, value, owner));
  }

  /** Without an entry of the store. */
  public PeerTable without(String key) {
    return changed(draft -> draft.remove(key));
  }

  /** Exactly what the store holds, and those that are remembered. */
  public PeerTable of(Map<String, Stored> entries) {
    return changed(draft -> draft.replace(entries));
  }

  /** An entry of the store as far as it matters here. <b>Immutable.</b> */
  public record Stored(Bytes value, NodeId owner) {
    public Stored {
      requireNonNull(value, "value");
      requireNonNull(owner, "owner");
    }
  }

  private PeerTable changed(Consumer<PeerDraft> change) {
    PeerDraft draft = new PeerDraft(this);
    change.accept(draft);
    return new PeerTable(draft);
  }

  /** Those to be programmed, sorted by id; takes time with their number. */
  public List<Peer> peers() {
    List<Peer> peers = new ArrayList<>(accepted.size());
    for (Accepted one : accepted.values()) {
      peers.add(one.peer());
    }
    return peers;
  }

  /** Their number. */
  public int size() {
    return accepted.size();
  }

  public Optional<Peer> peer(NodeId agent) {
    return Optional.ofNullable(accepted.get(agent)).map(Accepted::peer);
  }

  /** The entries of those to be programmed, sorted by id, to be remembered. */
  public List<PeerEntry> entries() {
    return accepted.values().stream().map(Accepted::entry).toList();
  }

  /** Who has an address: as its own, as its VTEP, or in a subnet. Takes time with their number. */
  public Optional<Peer> at(IpAddress address) {
    return accepted.values().stream()
        .map(Accepted::peer)
        .filter(
            peer ->
                peer.ip().equals(address)
                    || peer.vtep().equals(address)
                    || peer.vtep6().equals(Optional.of(address))
                    || peer.subnets().stream().anyMatch(subnet -> subnet.contains(address)))
        .findFirst();
  }

  /** What is refused now, and why. */
  public List<Rejection> rejections() {
    return Stream.of(rejected, unread)
        .flatMap(all -> all.values().stream())
        .flatMap(Collection::stream)
        .toList();
  }

  /** What is refused here and was not, or not so, before. */
  public List<Rejection> rejectionsSince(PeerTable before) {
    List<Rejection> fresh = new ArrayList<>();
    addNews(before.rejected, rejected, fresh);
    addNews(before.unread, unread, fresh);
    return fresh;
  }

  @SuppressWarnings("ReferenceEquality") // nothing was done to it, which costs nothing to see
  private static void addNews(
      TreePMap<String, List<Rejection>> before,
      TreePMap<String, List<Rejection>> now,
      List<Rejection> fresh) {
    if (before != now) {
      now.forEach(
          (key, reasons) -> {
            if (!reasons.equals(before.get(key))) {
              fresh.addAll(reasons);
            }
          });
    }
  }

  /** By which revision a master deleted this host, as the store tells; empty if none did. */
  public OptionalLong ownWithdrawal() {
    return PeerDraft.withdrawn(gone, self);
  }

  /** Whether nothing was done to the peers between the two; then both have the same ones. */
  @SuppressWarnings("ReferenceEquality") // comparing them would cost as much as what it saves
  public boolean hasPeersOf(PeerTable other) {
    return accepted == other.accepted;
  }
}
