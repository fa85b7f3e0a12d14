// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.exchange.PeerTable.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The table that follows changes one by one against one that starts from what is there. */
class PeerTableProperties {

  /** One change; {@code ip}, {@code vtep} and {@code subnet} are what the agent says to have. */
  record Step(int kind, int agent, int ip, int vtep, int subnet) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> few = Arbitraries.integers().between(1, 6);
    return Combinators.combine(Arbitraries.integers().between(0, 9), few, few, few, few)
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 500)
  void itHasWhatOneFromScratchHas(@ForAll("steps") List<Step> steps) {
    PeerTable table = Peers.table();
    Map<String, Stored> store = new HashMap<>();
    Map<NodeId, PeerEntry> entries = new HashMap<>();
    Map<NodeId, Long> gone = new HashMap<>();
    long revision = 0;
    for (Step step : steps) {
      revision++; // no two are equal, so that the outcome has one answer
      NodeId agent = Peers.id(step.agent());
      String key = OverlayKeys.peer(agent);
      if (step.kind() == 0) {
        table = table.without(key);
        store.remove(key);
        entries.remove(agent);
      } else if (step.kind() == 1) {
        String goneKey = OverlayKeys.gone(agent, Peers.id(99));
        Stored stored = new Stored(new Withdrawal(revision).encode(), Peers.id(99));
        table = table.with(goneKey, stored.value(), stored.owner());
        store.put(goneKey, stored);
        gone.put(agent, revision);
      } else {
        PeerEntry entry =
            Peers.entry(
                Peers.record(step.agent(), step.ip(), step.vtep(), step.subnet()), revision);
        table = table.with(key, entry.encode(), agent);
        store.put(key, new Stored(entry.encode(), agent));
        entries.put(agent, entry);
      }
      assertThat(agents(table)).isEqualTo(model(entries, gone));
    }
    assertThat(Peers.table().of(store).peers()).isEqualTo(table.peers());
    assertThat(table.of(store).peers()).isEqualTo(table.peers());
    assertThat(PeerTable.empty(Peers.id(1)).of(store).scoped(Peers.scope(1)).peers())
        .isEqualTo(table.peers());
    assertNobodyHasWhatAnotherHas(table);
  }

  private static Set<NodeId> agents(PeerTable table) {
    Set<NodeId> agents = new TreeSet<>();
    table.peers().forEach(peer -> agents.add(peer.agent()));
    return agents;
  }

  /** The newest first, each unless somebody has something of it already. */
  private static Set<NodeId> model(Map<NodeId, PeerEntry> entries, Map<NodeId, Long> gone) {
    List<PeerEntry> order = new ArrayList<>(entries.values());
    order.sort(Comparator.comparingLong(PeerEntry::revision).reversed());
    Set<Object> taken = new HashSet<>();
    Set<NodeId> agents = new TreeSet<>();
    for (PeerEntry entry : order) {
      if (entry.agent().equals(Peers.id(1))
          || gone.getOrDefault(entry.agent(), 0L) >= entry.revision()
          || Peers.scope(1).judge(entry).peer().isEmpty()) {
        continue;
      }
      Set<Object> claims =
          PeerScope.claims(Peers.scope(1).judge(entry).peer().orElseThrow()).keySet();
      if (claims.stream().noneMatch(taken::contains)) {
        taken.addAll(claims);
        agents.add(entry.agent());
      }
    }
    return agents;
  }

  private static void assertNobodyHasWhatAnotherHas(PeerTable table) {
    Set<Object> seen = new HashSet<>();
    for (Peer peer : table.peers()) {
      assertThat(PeerScope.claims(peer).keySet())
          .allSatisfy(claim -> assertThat(seen.add(claim)).isTrue());
    }
  }
}
