// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the replicated store holds, as JSON. */
public final class StoreDocuments {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private StoreDocuments() {}

  /**
   * Adds an entry: {@code key}, {@code value}, {@code owner} by name with its state, and {@code
   * version}. A value that is no text stands in base64, with {@code "encoding":"base64"} beside it.
   */
  public static ObjectNode entry(ObjectNode to, Entry entry, MemberNames names) {
    to.put("key", entry.key());
    text(to, entry.value());
    to.put("owner", names.of(entry.owner()));
    to.put("ownerState", MemberDocuments.word(entry.ownerState()));
    return to.put("version", version(entry.version()));
  }

  /** A version as text, for it does not fit into the numbers of every reader of JSON. */
  public static String version(Version version) {
    return Long.toUnsignedString(version.clock()) + "@" + version.writer();
  }

  private static void text(ObjectNode to, Bytes value) {
    String text = textOf(value);
    if (text == null) {
      to.put("value", base64(value)).put("encoding", "base64");
    } else {
      to.put("value", text);
    }
  }

  /** A value of any type, with {@code type} and {@code value}; octets as {@link #octets}. */
  public static ObjectNode value(ObjectNode to, CrdtValue value) {
    to.put("type", word(value.type()));
    if (value instanceof CrdtValue.Register register) {
      to.set("value", octets(register.value()));
    } else if (value instanceof CrdtValue.Values values) {
      to.set("value", all(values.values()));
    } else if (value instanceof CrdtValue.Count count) {
      to.put("value", count.sum());
    } else if (value instanceof CrdtValue.On flag) {
      to.put("value", flag.isOn());
    } else if (value instanceof CrdtValue.Elements elements) {
      to.set("value", all(elements.elements().stream().sorted().toList()));
    } else if (value instanceof CrdtValue.Fields fields) {
      ArrayNode all = to.putArray("value");
      new TreeMap<>(fields.fields())
          .forEach((field, held) -> value(all.addObject().put("field", field.name()), held));
    }
    return to;
  }

  private static ArrayNode all(Collection<Bytes> values) {
    ArrayNode all = JSON.arrayNode();
    values.forEach(value -> all.add(octets(value)));
    return all;
  }

  /** As text, or as {@code {"base64":…}} where they are none. */
  private static JsonNode octets(Bytes value) {
    String text = textOf(value);
    return text == null ? JSON.objectNode().put("base64", base64(value)) : JSON.textNode(text);
  }

  /** A type as people write it: {@code pn-counter}. */
  static String word(CrdtType type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String base64(Bytes value) {
    return Base64.getEncoder().encodeToString(value.toArray());
  }

  private static @Nullable String textOf(Bytes value) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value.toArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
