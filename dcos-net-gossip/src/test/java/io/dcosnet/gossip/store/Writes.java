// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtType;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Short ways to say what was written. */
final class Writes {

  static final long NOW = Hlc.at(1_790_000_000_000L);

  private Writes() {}

  static ReplicaId replica(int number) {
    return replica(number, 1);
  }

  static ReplicaId replica(int number, int generation) {
    return new ReplicaId(
        new NodeId(new UUID(0x123456789ab4def0L + number, 0x8000000000000000L)), generation);
  }

  static Dot dot(int replica, long counter) {
    return new Dot(replica(replica), counter);
  }

  static Stamp stamp(Dot dot) {
    return new Stamp(dot, NOW + dot.counter());
  }

  static Atom text(String value, long time) {
    return new Atom(CrdtType.LWW_REGISTER, List.of(), time, Bytes.utf8(value));
  }

  /** A register's new value. */
  static Delta put(Dot dot, String value, List<Dot> removed, List<Dot> needs) {
    Stamp stamp = stamp(dot);
    return new Delta("key", List.of(stamp), Map.of(dot, text(value, stamp.time())), removed, needs);
  }

  static Delta delete(Dot dot, List<Dot> removed, List<Dot> needs) {
    return new Delta("key", List.of(stamp(dot)), Map.of(), removed, needs);
  }

  static String read(Cell cell) {
    Map.Entry<Dot, Atom> winner = cell.winner();
    return winner == null ? "-" : winner.getValue().value().toUtf8();
  }
}
