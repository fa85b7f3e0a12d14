// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.crdt.Field;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoreDocumentsTest {

  private static final NodeId NODE = NodeId.parse("00000000-0000-4000-8000-000000000001");

  private final MemberNames names = new MemberNames(() -> NODE, "n1");

  @Test
  void tellAnEntryWithItsOwnerAndItsVersionAsText() {
    ObjectNode document = document(Bytes.utf8("ä"));

    assertThat(document.toString())
        .isEqualTo(
            "{\"key\":\"k\",\"value\":\"ä\",\"owner\":\"n1\",\"ownerState\":\"dead\","
                + "\"version\":\"18446744073709551615@00000000-0000-4000-8000-000000000001\"}");
  }

  @Test
  void tellOctetsThatAreNoTextInBase64() {
    ObjectNode document = document(Bytes.copyOf(new byte[] {(byte) 0xff, 1}));

    assertThat(document.path("value").asText()).isEqualTo("/wE=");
    assertThat(document.path("encoding").asText()).isEqualTo("base64");
  }

  @Test
  void tellValuesOfAllTypes() {
    assertThat(value(new CrdtValue.Count(-3))).isEqualTo("{\"type\":\"pn-counter\",\"value\":-3}");
    assertThat(value(new CrdtValue.Register(Bytes.utf8("a"))))
        .isEqualTo("{\"type\":\"lww-register\",\"value\":\"a\"}");
    assertThat(value(new CrdtValue.On(CrdtType.FLAG, true)))
        .isEqualTo("{\"type\":\"flag\",\"value\":true}");
    assertThat(value(new CrdtValue.Values(List.of(Bytes.utf8("a"), Bytes.utf8("b")))))
        .isEqualTo("{\"type\":\"mv-register\",\"value\":[\"a\",\"b\"]}");
    assertThat(value(new CrdtValue.Elements(Set.of(Bytes.utf8("b"), Bytes.utf8("a")))))
        .isEqualTo("{\"type\":\"or-set\",\"value\":[\"a\",\"b\"]}");
    assertThat(
            value(
                new CrdtValue.Fields(
                    Map.of(new Field("f", CrdtType.PN_COUNTER), new CrdtValue.Count(1)))))
        .isEqualTo(
            "{\"type\":\"or-map\",\"value\":[{\"field\":\"f\",\"type\":\"pn-counter\","
                + "\"value\":1}]}");
  }

  private static String value(CrdtValue value) {
    return StoreDocuments.value(JsonNodeFactory.instance.objectNode(), value).toString();
  }

  private ObjectNode document(Bytes value) {
    Entry entry =
        new Entry("k", value, NODE, new Version(-1, NODE), OwnerState.DEAD, Instant.EPOCH);
    return StoreDocuments.entry(JsonNodeFactory.instance.objectNode(), entry, names);
  }
}
