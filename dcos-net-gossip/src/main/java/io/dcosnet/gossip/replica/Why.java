// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Stamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Says for people what a key is, who wrote it, and who is known to have it. */
final class Why {

  private static final int MOST_SHOWN = 16;

  private final Replica replica;
  private final Register register;
  private final long stable;

  Why(Replica replica, Register register, long stable) {
    this.replica = replica;
    this.register = register;
    this.stable = stable;
  }

  String of(String key) {
    Cell cell = replica.state.cell(key);
    StringBuilder text = new StringBuilder(key).append(": ");
    if (cell.isNothing()) {
      return text.append("not here, and no deletion of it is remembered\n").toString();
    }
    if (cell.isGhost()) {
      text.append("deleted; remembered until all replicas have heard of it\n");
    } else {
      text.append(cell.type()).append(", ").append(cell.octets()).append(" octets\n");
    }
    atoms(cell, text);
    writes(cell, text);
    return text.toString();
  }

  private void atoms(Cell cell, StringBuilder text) {
    Map<Dot, Atom> live = new TreeMap<>(cell.live());
    Map.Entry<Dot, Atom> winner = cell.winner();
    int shown = 0;
    for (Map.Entry<Dot, Atom> entry : live.entrySet()) {
      if (shown++ == MOST_SHOWN) {
        text.append("  … and ").append(live.size() - MOST_SHOWN).append(" more\n");
        return;
      }
      Dot dot = entry.getKey();
      boolean counts = winner == null || winner.getKey().equals(dot);
      text.append(counts ? "  value " : "  older value ")
          .append(dot)
          .append(", ")
          .append(entry.getValue().value().size())
          .append(" octets, written by ")
          .append(writer(dot.replica()))
          .append(" at ")
          .append(at(entry.getValue().time()))
          .append(", version ")
          .append(entry.getValue().time())
          .append('\n');
    }
  }

  private String writer(ReplicaId id) {
    if (id.node().equals(replica.host.self())) {
      return "this node";
    }
    State state = replica.host.state(id.node());
    return id.node() + " (" + (state == null ? "not known any more" : state) + ")";
  }

  private void writes(Cell cell, StringBuilder text) {
    if (cell.latest().isEmpty()) {
      text.append("  all ").append(register.size()).append(" replicas have it\n");
      return;
    }
    for (Stamp stamp : new TreeMap<>(cell.latest()).values()) {
      text.append("  last write ")
          .append(stamp.dot())
          .append(" at ")
          .append(at(stamp.time()))
          .append(": ");
      List<ReplicaId> without = new ArrayList<>();
      register
          .all()
          .forEach(
              (id, entry) -> {
                Mark mark = entry.mark();
                boolean has =
                    entry.isClosed()
                        || id.equals(replica.state.self())
                        || id.equals(stamp.dot().replica())
                        || (mark != null && mark.complete() >= stamp.time());
                if (!has) {
                  without.add(id);
                }
              });
      text.append(register.size() - without.size())
          .append(" of ")
          .append(register.size())
          .append(" replicas are known to have it");
      without.stream().limit(MOST_SHOWN).forEach(id -> text.append("; not ").append(id));
      text.append('\n');
    }
    text.append("  everywhere: writes up to ").append(at(stable)).append('\n');
  }

  private static String at(long time) {
    return time == 0 ? "never" : Instant.ofEpochMilli(Hlc.millis(time)).toString();
  }
}
