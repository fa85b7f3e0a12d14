// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One thing done to a key, without a word on how the store does it.
 *
 * @param root type of the key
 * @param path fields that lead to what is changed
 * @param adds whether something is there afterwards; else things are taken away
 * @param whole whether all below the path is taken away, whatever its type
 * @param value of a register, element of a set, 0 or 1 of a flag; nothing of a counter
 * @param amount of a counter
 */
record ModelOp(
    CrdtType root, List<Field> path, boolean adds, boolean whole, Bytes value, long amount) {

  private static final int AMOUNTS = 7;
  private static final List<CrdtType> LEAVES =
      List.of(
          CrdtType.LWW_REGISTER,
          CrdtType.MV_REGISTER,
          CrdtType.PN_COUNTER,
          CrdtType.FLAG,
          CrdtType.DISABLE_WINS_FLAG,
          CrdtType.OR_SET);

  CrdtType leaf() {
    return path.isEmpty() ? root : path.get(path.size() - 1).type();
  }

  /** Whether this op takes away an atom that it has seen. */
  boolean ends(ModelHistory.Event earlier, ReplicaId writer) {
    ModelOp made = earlier.op();
    if (whole) {
      return path.isEmpty()
          || (made.root == root
              && made.path.size() >= path.size()
              && made.path.subList(0, path.size()).equals(path));
    }
    if (made.root != root || !made.path.equals(path)) {
      return false;
    }
    return switch (leaf()) {
      case OR_SET -> made.value.equals(value);
      case PN_COUNTER -> earlier.dot().replica().equals(writer);
      default -> true;
    };
  }

  static ModelOp random(CrdtType root, SplittableRandom random) {
    if (random.nextInt(12) == 0) {
      return new ModelOp(root, List.of(), false, true, Bytes.EMPTY, 0);
    }
    List<Field> path = new ArrayList<>();
    CrdtType leaf = root;
    if (root == CrdtType.OR_MAP) {
      while (path.size() < Atom.MAX_DEPTH - 1 && random.nextInt(3) == 0) {
        path.add(new Field(random.nextBoolean() ? "a" : "b", CrdtType.OR_MAP));
      }
      if (!path.isEmpty() && random.nextInt(4) == 0) {
        return new ModelOp(root, List.copyOf(path), false, true, Bytes.EMPTY, 0);
      }
      leaf = LEAVES.get(random.nextInt(LEAVES.size()));
      path.add(new Field(random.nextBoolean() ? "a" : "é", leaf));
      if (random.nextInt(6) == 0) {
        return new ModelOp(root, List.copyOf(path), false, true, Bytes.EMPTY, 0);
      }
    }
    boolean adds = leaf != CrdtType.OR_SET || random.nextInt(3) > 0;
    Bytes value =
        switch (leaf) {
          case FLAG, DISABLE_WINS_FLAG -> Bytes.copyOf(new byte[] {(byte) random.nextInt(2)});
          case OR_SET -> Bytes.utf8("e" + random.nextInt(3));
          case PN_COUNTER -> Bytes.EMPTY;
          default -> Bytes.utf8("v" + random.nextInt(1000));
        };
    long amount = random.nextInt(-AMOUNTS, AMOUNTS);
    return new ModelOp(root, List.copyOf(path), adds, false, value, amount);
  }
}
