// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Keys of all types and random writes to them. */
public final class SampleOps {

  /** Each is named after what it holds. */
  public static final List<String> KEYS =
      List.of("register", "values", "counter", "flag", "disabled", "set", "map");

  private static final Field INNER = new Field("inner", CrdtType.OR_MAP);

  private SampleOps() {}

  /** One or two ops that suit a key; none, for a deletion of it, now and then. */
  public static List<CrdtOp> any(String key, Random random) {
    List<CrdtOp> ops = new ArrayList<>();
    int count = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      ops.add(one(type(key), random));
    }
    return ops;
  }

  private static CrdtType type(String key) {
    return switch (key) {
      case "register" -> CrdtType.LWW_REGISTER;
      case "values" -> CrdtType.MV_REGISTER;
      case "counter" -> CrdtType.PN_COUNTER;
      case "flag" -> CrdtType.FLAG;
      case "disabled" -> CrdtType.DISABLE_WINS_FLAG;
      case "set" -> CrdtType.OR_SET;
      default -> CrdtType.OR_MAP;
    };
  }

  private static CrdtOp one(CrdtType type, Random random) {
    if (random.nextInt(12) == 0) {
      return new CrdtOp.Clear(type);
    }
    return switch (type) {
      case LWW_REGISTER -> new CrdtOp.Put(value(random));
      case MV_REGISTER -> new CrdtOp.Assign(value(random));
      case PN_COUNTER -> new CrdtOp.Add(random.nextInt(9) - 4);
      case FLAG, DISABLE_WINS_FLAG -> new CrdtOp.Switch(type, random.nextBoolean());
      case OR_SET -> {
        Set<Bytes> elements = new HashSet<>(List.of(value(random), value(random)));
        yield random.nextInt(3) == 0 ? new CrdtOp.Remove(elements) : new CrdtOp.Insert(elements);
      }
      case OR_MAP -> inMap(random, 2);
    };
  }

  private static CrdtOp inMap(Random random, int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return random.nextInt(5) == 0
          ? new CrdtOp.RemoveField(INNER)
          : new CrdtOp.InField(INNER, inMap(random, depth - 1));
    }
    CrdtType type = CrdtType.of(1 + random.nextInt(CrdtType.OR_SET.tag())).orElseThrow();
    Field field = new Field("f" + random.nextInt(2), type);
    return random.nextInt(5) == 0
        ? new CrdtOp.RemoveField(field)
        : new CrdtOp.InField(field, one(type, random));
  }

  private static Bytes value(Random random) {
    return Bytes.utf8(String.valueOf(random.nextInt(4)));
  }
}
