// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of one JSON object, each read as what it should be. What is not so becomes a finding
 * and an empty result; null counts as absent. <b>Confined to</b> the thread that reads.
 */
final class JsonFields {

  private final String path;
  private final JsonNode object;
  private final Findings findings;
  private final Set<String> known = new TreeSet<>();

  /**
   * @param path of the object with a dot behind it, or empty for the document
   */
  JsonFields(String path, JsonNode object, Findings findings) {
    this.path = path;
    this.object = object;
    this.findings = findings;
  }

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  Optional<String> text(String name) {
    return field(name).flatMap(node -> text(path + name, node));
  }

  /** As {@link #text}; missing is a finding and gives an empty text. */
  String needed(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty() && !findings.isUnreadable(path + name)) {
      findings.unreadable("MISSING", path + name, "missing", "a text");
    }
    return text.orElse("");
  }

  Optional<Integer> integer(String name) {
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !(node.get().isIntegralNumber() && node.get().canConvertToInt())) {
      wrongType(path + name, node.get(), "a whole number");
      return Optional.empty();
    }
    return node.map(JsonNode::intValue);
  }

  Optional<Boolean> bool(String name) {
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !node.get().isBoolean()) {
      wrongType(path + name, node.get(), "true or false");
      return Optional.empty();
    }
    return node.map(JsonNode::booleanValue);
  }

  Optional<Duration> duration(String name) {
    Optional<String> text = text(name);
    Optional<Duration> duration = text.flatMap(DurationText::parse);
    if (text.isPresent() && duration.isEmpty()) {
      findings.unreadable("BAD_DURATION", path + name, text.get(), "such as 90s, 10m or 5mins");
    }
    return duration;
  }

  Optional<MacAddress> mac(String name) {
    Optional<String> text = text(name);
    try {
      return text.map(MacAddress::parse);
    } catch (DecodeException e) {
      findings.unreadable(
          "BAD_MAC", path + name, text.orElse(""), "six bytes such as 70:b3:d5:00:00:00");
      return Optional.empty();
    }
  }

  Optional<Cidr> cidr(String name) {
    return text(name).flatMap(text -> cidr(path + name, text));
  }

  /** A list of networks; entries that are none are left out. */
  List<Cidr> cidrs(String name) {
    List<Cidr> cidrs = new ArrayList<>();
    List<JsonNode> items = items(name);
    for (int i = 0; i < items.size(); i++) {
      String option = path + name + "[" + i + "]";
      text(option, items.get(i)).flatMap(text -> cidr(option, text)).ifPresent(cidrs::add);
    }
    return cidrs;
  }

  /** A list of objects; an entry that is none becomes one without fields, so that counting fits. */
  List<JsonFields> objects(String name) {
    List<JsonFields> objects = new ArrayList<>();
    List<JsonNode> items = items(name);
    for (int i = 0; i < items.size(); i++) {
      String option = path + name + "[" + i + "]";
      JsonNode item = items.get(i);
      if (!item.isObject()) {
        wrongType(option, item, "an object");
        item = JsonNodeFactory.instance.objectNode();
      }
      objects.add(new JsonFields(option + ".", item, findings));
    }
    return objects;
  }

  /** Warns of each field that nobody asked for. */
  void warnOfOthers() {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        String shown = Findings.shown(name);
        findings.warning(
            "UNKNOWN_FIELD", path + shown, "unknown", "one of " + String.join(", ", known));
      }
    }
  }

  /** What a JSON value is, for a person. */
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case MISSING -> "nothing";
      default -> node.getNodeType().name().toLowerCase(Locale.ROOT) + " " + node.asText();
    };
  }

  private Optional<JsonNode> field(String name) {
    known.add(name);
    return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
  }

  private List<JsonNode> items(String name) {
    List<JsonNode> items = new ArrayList<>();
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !node.get().isArray()) {
      wrongType(path + name, node.get(), "a list");
    } else {
      node.ifPresent(list -> list.forEach(items::add));
    }
    return items;
  }

  private Optional<String> text(String option, JsonNode node) {
    if (!node.isTextual()) {
      wrongType(option, node, "a text");
      return Optional.empty();
    }
    return Optional.of(node.textValue());
  }

  private void wrongType(String option, JsonNode node, String expected) {
    findings.unreadable("WRONG_TYPE", option, kind(node), expected);
  }

  private Optional<Cidr> cidr(String option, String text) {
    try {
      return Optional.of(Cidr.parse(text));
    } catch (DecodeException e) {
      Optional<Cidr> canonical = canonical(text);
      canonical.ifPresentOrElse(
          cidr -> findings.unreadable("HOST_BITS", option, text, cidr.toString()),
          () ->
              findings.unreadable(
                  "BAD_SUBNET", option, text, "a network such as 9.0.0.0/8 or fd01:b::/64"));
      return Optional.empty();
    }
  }

  /** The network that a text with host bits probably means. */
  private static Optional<Cidr> canonical(String text) {
    int slash = text.indexOf('/');
    String digits = text.substring(slash + 1);
    if (slash < 0 || !digits.matches("0|[1-9][0-9]{0,2}")) {
      return Optional.empty();
    }
    int length = Integer.parseInt(digits);
    return IpAddress.tryParse(text.substring(0, slash))
        .filter(address -> length <= address.bitLength())
        .map(address -> Cidr.containing(address, length));
  }
}
