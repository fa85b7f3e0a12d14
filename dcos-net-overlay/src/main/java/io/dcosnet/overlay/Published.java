// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.overlay.allocate.Claim;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.exchange.Withdrawal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What hosts and masters have told everybody through the replicated store. A master whose own store
 * was lost finds there what hosts have that do not answer.
 *
 * <p><b>Thread-safe</b>; it keeps nothing, each answer is read anew.
 */
final class Published {

  private final @Nullable ReplicatedStore store;

  /**
   * @param store null when there is none; then nobody has told anything
   */
  Published(@Nullable ReplicatedStore store) {
    this.store = store;
  }

  /**
   * The greatest revision that hosts have heard of in any way; 0 for none. A master whose store was
   * lost has to go on above it: hosts would pass over whatever is older than what they know.
   */
  long greatest() {
    if (store == null) {
      return 0;
    }
    long gone =
        store.view(OverlayKeys.GONE).values().stream()
            .mapToLong(Published::revision)
            .max()
            .orElse(0);
    long peers =
        store.view(OverlayKeys.PEERS).entrySet().stream()
            .mapToLong(
                each -> entry(each.getKey(), each.getValue()).map(PeerEntry::revision).orElse(0L))
            .max()
            .orElse(0);
    return Math.min(Claim.MAX_REVISION, Math.max(gone, peers));
  }

  /** What agents themselves have told and no master has taken back, the newest first. */
  List<Claim> claims() {
    if (store == null) {
      return List.of();
    }
    List<Claim> claims = new ArrayList<>();
    store
        .view(OverlayKeys.PEERS)
        .forEach(
            (key, value) ->
                entry(key, value)
                    .filter(told -> told.agent().equals(value.owner()))
                    .map(told -> new Claim(told.record(), told.revision()))
                    .filter(Claim::isCredible)
                    .filter(claim -> !isWithdrawn(claim))
                    .ifPresent(claims::add));
    claims.sort((one, other) -> Long.compare(other.revision(), one.revision()));
    return claims;
  }

  /** Whether a master has told everybody that an agent has this no more. */
  boolean isWithdrawn(Claim claim) {
    return store != null && withdrawn(store, claim.record().agent()) >= claim.revision();
  }

  /** The greatest revision by which a master has told that an agent is gone; 0 for none. */
  static long withdrawn(ReplicatedStore store, NodeId agent) {
    return store.view(OverlayKeys.GONE + agent + "/").entrySet().stream()
        .filter(gone -> gone.getKey().endsWith("/" + gone.getValue().owner())) // as hosts judge
        .mapToLong(gone -> revision(gone.getValue()))
        .max()
        .orElse(0);
  }

  /** The revision by which an agent wrote last; 0 if nothing of it can be read. */
  static long written(ReplicatedStore store, NodeId agent) {
    String key = OverlayKeys.peer(agent);
    ReplicatedStore.Entry told = store.view(key).get(key);
    return told == null ? 0 : entry(key, told).map(PeerEntry::revision).orElse(0L);
  }

  private static Optional<PeerEntry> entry(String key, ReplicatedStore.Entry told) {
    try {
      NodeId agent = NodeId.parse(key.substring(OverlayKeys.PEERS.length()));
      return Optional.of(PeerEntry.decode(agent, told.value()));
    } catch (DecodeException e) {
      return Optional.empty(); // hosts count and show it
    }
  }

  private static long revision(ReplicatedStore.Entry gone) {
    try {
      return Withdrawal.decode(gone.value()).revision();
    } catch (DecodeException e) {
      return 0;
    }
  }
}
