// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what is to be done to a key: {@code crdt WHAT KEY …}. */
final class CrdtText {

  private static final String EXPECTED = "put, assign, add, on, off, insert, remove or field";

  private CrdtText() {}

  /**
   * The changes that a line asks for.
   *
   * @throws IllegalArgumentException when it asks for none, with the reason
   */
  static List<CrdtOp> ops(Words words) {
    String what = words.word(1, EXPECTED);
    if (!what.equals("field")) {
      return List.of(op(words, what, 3));
    }
    String name = words.word(3, "NAME");
    String change = words.word(4, "put, assign, add, on, off, insert, remove or del");
    if (change.equals("del")) {
      // Fields of one name and two types are two fields, and the name is all that is said.
      return Arrays.stream(CrdtType.values())
          .<CrdtOp>map(type -> new CrdtOp.RemoveField(new Field(name, type)))
          .toList();
    }
    CrdtOp inner = op(words, change, 5);
    return List.of(new CrdtOp.InField(new Field(name, inner.type()), inner));
  }

  private static CrdtOp op(Words words, String what, int at) {
    return switch (what) {
      case "put" -> new CrdtOp.Put(Bytes.utf8(words.rest(at, "TEXT")));
      case "assign" -> new CrdtOp.Assign(Bytes.utf8(words.rest(at, "TEXT")));
      case "add" -> new CrdtOp.Add(number(words.word(at, "NUMBER")));
      case "on" -> new CrdtOp.Switch(CrdtType.FLAG, true);
      case "off" -> new CrdtOp.Switch(CrdtType.FLAG, false);
      case "insert" -> new CrdtOp.Insert(elements(words, at));
      case "remove" -> new CrdtOp.Remove(elements(words, at));
      default ->
          throw new IllegalArgumentException(
              "crdt " + what + ": unknown (expected: get, del, " + EXPECTED + ")");
    };
  }

  private static Set<Bytes> elements(Words words, int at) {
    var unused = words.word(at, "WORD…");
    return words.from(at).stream()
        .map(Bytes::utf8)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("crdt add: " + text + " (expected: a whole number)", e);
    }
  }
}
