// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrdtTextTest {

  @Test
  void readsAChangeOfEachType() {
    assertThat(CrdtText.ops(Words.of("crdt put k a  b")))
        .containsExactly(new CrdtOp.Put(Bytes.utf8("a  b")));
    assertThat(CrdtText.ops(Words.of("crdt assign k a")))
        .containsExactly(new CrdtOp.Assign(Bytes.utf8("a")));
    assertThat(CrdtText.ops(Words.of("crdt add k -5"))).containsExactly(new CrdtOp.Add(-5));
    assertThat(CrdtText.ops(Words.of("crdt off k")))
        .containsExactly(new CrdtOp.Switch(CrdtType.FLAG, false));
    assertThat(CrdtText.ops(Words.of("crdt insert k a b a")))
        .containsExactly(new CrdtOp.Insert(Set.of(Bytes.utf8("a"), Bytes.utf8("b"))));
  }

  @Test
  void readsAChangeOfAField() {
    assertThat(CrdtText.ops(Words.of("crdt field k hits add 1")))
        .containsExactly(
            new CrdtOp.InField(new Field("hits", CrdtType.PN_COUNTER), new CrdtOp.Add(1)));
    assertThat(CrdtText.ops(Words.of("crdt field k hits del")))
        .hasSize(CrdtType.values().length)
        .contains(new CrdtOp.RemoveField(new Field("hits", CrdtType.PN_COUNTER)));
  }

  @Test
  void saysWhatWouldHaveBeenRight() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrdtText.ops(Words.of("crdt add k many")))
        .withMessage("crdt add: many (expected: a whole number)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrdtText.ops(Words.of("crdt insert k")))
        .withMessage("crdt insert k: too short (expected: WORD… behind it)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrdtText.ops(Words.of("crdt push k 1")))
        .withMessageStartingWith("crdt push: unknown (expected: get, del, put, ");
  }
}
