// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How records and tombstones stand in the store. JSON, so that a person can read it there; what
 * else an object holds is ignored, so that later versions may add to it.
 */
final class RecordCodec {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(32).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RecordCodec() {}

  static Bytes encode(AgentRecord agent, NetworkConfig config) {
    AgentAddresses.Vtep vtep = AgentAddresses.of(config, agent, Wants.GATEWAY).vtep();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("ip", agent.ip().toString());
    json.put("vtep", vtep.ipText());
    vtep.ip6Text().ifPresent(text -> json.put("vtep6", text));
    ObjectNode overlays = json.putObject("overlays");
    for (AgentSubnets part : agent.subnets()) {
      ObjectNode subnets = overlays.putObject(part.overlay());
      part.subnet().ifPresent(subnet -> subnets.put("subnet", subnet.toString()));
      part.subnet6().ifPresent(subnet -> subnets.put("subnet6", subnet.toString()));
    }
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads a record.
   *
   * @throws DecodeException for anything that {@link #encode} does not write
   */
  static AgentRecord decodeAgent(NodeId agent, Bytes bytes) {
    JsonNode json = object(bytes);
    return strictly(
        () -> {
          List<AgentSubnets> subnets = new ArrayList<>();
          for (Map.Entry<String, JsonNode> overlay : json.path("overlays").properties()) {
            subnets.add(
                new AgentSubnets(
                    overlay.getKey(),
                    text(overlay.getValue(), "subnet").map(Cidr::parse),
                    text(overlay.getValue(), "subnet6").map(Cidr::parse)));
          }
          return new AgentRecord(
              agent,
              IpAddress.parse(needed(json, "ip")),
              host(needed(json, "vtep")),
              text(json, "vtep6").map(RecordCodec::host),
              subnets);
        });
  }

  static Bytes encode(Tombstone tombstone) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode releases = json.putArray("released");
    for (Release release : tombstone.releases()) {
      Element element = release.element();
      releases
          .addObject()
          .put("pool", element.pool().toString())
          .put("element", element.pool().textOf(element.cidr()))
          .put("number", release.number());
    }
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads a tombstone.
   *
   * @param nanos monotonic time that counts as that of the releases
   * @throws DecodeException for anything that {@link #encode} does not write
   */
  static Tombstone decodeTombstone(NodeId agent, Bytes bytes, long nanos) {
    JsonNode json = object(bytes);
    return strictly(
        () -> {
          List<Release> releases = new ArrayList<>();
          for (JsonNode entry : json.path("released")) {
            PoolId pool = PoolId.parse(needed(entry, "pool"));
            String text = needed(entry, "element");
            Element element = new Element(pool, pool.isVtep() ? address(text) : Cidr.parse(text));
            releases.add(new Release(element, agent, number(entry), nanos));
          }
          return new Tombstone(agent, releases);
        });
  }

  private static long number(JsonNode entry) {
    JsonNode number = entry.path("number");
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      throw new DecodeException("number: " + number + " (expected: a whole number)", 0);
    }
    return number.longValue();
  }

  /** The types check what they are made of; a fault is one of the text here. */
  private static <T> T strictly(Supplier<T> decoding) {
    try {
      return decoding.get();
    } catch (IllegalArgumentException e) {
      throw new DecodeException("record: " + e.getMessage(), 0);
    }
  }

  private static Cidr address(String text) {
    IpAddress address = IpAddress.parse(text);
    return new Cidr(address, address.bitLength());
  }

  /** The address of {@code 44.128.0.1/20}; its length follows from the configuration. */
  private static IpAddress host(String text) {
    int slash = text.indexOf('/');
    return IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
  }

  private static JsonNode object(Bytes bytes) {
    try {
      JsonNode json = MAPPER.readTree(bytes.toUtf8());
      if (json.isObject()) {
        return json;
      }
      throw new DecodeException("record: " + json.getNodeType() + " (expected: an object)", 0);
    } catch (JsonProcessingException e) {
      throw new DecodeException("record: " + e.getOriginalMessage() + " (expected: JSON)", 0);
    }
  }

  private static Optional<String> text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new DecodeException(name + ": " + value + " (expected: a text)", 0);
    }
    return Optional.of(value.textValue());
  }

  private static String needed(JsonNode json, String name) {
    return text(json, name)
        .orElseThrow(() -> new DecodeException(name + ": missing (expected: a text)", 0));
  }
}
