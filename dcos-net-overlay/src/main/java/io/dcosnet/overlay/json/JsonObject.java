// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One JSON object, each field of which is read as what it should be. Fields that nobody asks for
 * are ignored, so that later versions may add to a message; null counts as absent. Every fault is a
 * {@link DecodeException} that names the field.
 *
 * <p><b>Immutable.</b>
 */
public final class JsonObject {

  /** Largest document in bytes. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final int MAX_SHOWN = 60;

  private final String path;
  private final ObjectNode node;

  private JsonObject(String path, ObjectNode node) {
    this.path = path;
    this.node = node;
  }

  /**
   * Reads a document that is one object, at most {@value #MAX_BYTES} bytes of UTF-8 and {@value
   * StrictJson#MAX_DEPTH} levels deep, without a name twice and without anything behind it.
   *
   * @throws DecodeException for anything else
   */
  public static JsonObject parse(Bytes document) {
    if (document.size() > MAX_BYTES) {
      throw fault("document: " + document.size() + " bytes (expected: at most " + MAX_BYTES + ")");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(document.toByteBuffer()).toString();
      if (StrictJson.parse(text) instanceof ObjectNode object) {
        return new JsonObject("", object);
      }
      throw fault("document: not an object (expected: one JSON object)");
    } catch (CharacterCodingException e) {
      throw fault("document: undecodable bytes (expected: UTF-8)");
    } catch (JsonProcessingException e) {
      throw fault("document: " + shown(e.getOriginalMessage()) + " (expected: one JSON object)");
    }
  }

  /**
   * Runs what makes values of fields; the types check what they are made of, and what they refuse
   * is a fault of the document here.
   */
  public static <T> T strictly(Supplier<T> decoding) {
    try {
      return decoding.get();
    } catch (IllegalArgumentException e) {
      throw fault("document: " + e.getMessage());
    }
  }

  /** Whether there is such a field. */
  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  /** A text, if there is such a field. */
  public Optional<String> text(String name) {
    Optional<JsonNode> field = field(name);
    field.filter(value -> !value.isTextual()).ifPresent(value -> refuse(name, value, "a text"));
    return field.map(JsonNode::textValue);
  }

  /** A text that must be there. */
  public String neededText(String name) {
    return text(name).orElseThrow(() -> missing(name, "a text"));
  }

  /** A whole number, if there is such a field. */
  public Optional<Long> number(String name) {
    Optional<JsonNode> field = field(name);
    field
        .filter(value -> !(value.isIntegralNumber() && value.canConvertToLong()))
        .ifPresent(value -> refuse(name, value, "a whole number"));
    return field.map(JsonNode::longValue);
  }

  /** A whole number that must be there. */
  public long neededNumber(String name) {
    return number(name).orElseThrow(() -> missing(name, "a whole number"));
  }

  /** True or false, if there is such a field. */
  public Optional<Boolean> flag(String name) {
    Optional<JsonNode> field = field(name);
    field
        .filter(value -> !value.isBoolean())
        .ifPresent(value -> refuse(name, value, "true or false"));
    return field.map(JsonNode::booleanValue);
  }

  /** An object, if there is such a field. */
  public Optional<JsonObject> object(String name) {
    return field(name).map(value -> asObject(name, value));
  }

  /** An object that must be there. */
  public JsonObject neededObject(String name) {
    return object(name).orElseThrow(() -> missing(name, "an object"));
  }

  /** The objects of a list; none without such a field. */
  public List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonNode item : items(name)) {
      objects.add(asObject(name + "[" + objects.size() + "]", item));
    }
    return objects;
  }

  /** The texts of a list, if there is such a field. */
  public Optional<List<String>> texts(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : items(name)) {
      if (!item.isTextual()) {
        refuse(name + "[" + texts.size() + "]", item, "a text");
      }
      texts.add(item.textValue());
    }
    return Optional.of(texts);
  }

  /** All fields, which must be objects, in their order. */
  public Map<String, JsonObject> members() {
    Map<String, JsonObject> members = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      members.put(member.getKey(), asObject(shown(member.getKey()), member.getValue()));
    }
    return members;
  }

  /** As a document of its own. */
  public Bytes toBytes() {
    return Bytes.utf8(node.toString());
  }

  private Optional<JsonNode> field(String name) {
    return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
  }

  private List<JsonNode> items(String name) {
    List<JsonNode> items = new ArrayList<>();
    Optional<JsonNode> field = field(name);
    field.filter(value -> !value.isArray()).ifPresent(value -> refuse(name, value, "a list"));
    field.ifPresent(list -> list.forEach(items::add));
    return items;
  }

  private JsonObject asObject(String name, JsonNode value) {
    if (value instanceof ObjectNode object) {
      return new JsonObject(path + name + ".", object);
    }
    throw wrong(name, value, "an object");
  }

  private void refuse(String name, JsonNode value, String expected) {
    throw wrong(name, value, expected);
  }

  private DecodeException wrong(String name, JsonNode value, String expected) {
    return fault(path + name + ": " + shown(value.toString()) + " (expected: " + expected + ")");
  }

  private DecodeException missing(String name, String expected) {
    return fault(path + name + ": missing (expected: " + expected + ")");
  }

  /** The tree does not tell where a value stood; the field's name is what helps. */
  private static DecodeException fault(String message) {
    return new DecodeException(message, 0);
  }

  private static String shown(String text) {
    String start = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
