// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How records and tombstones stand in the store. JSON, so that a person can read it there; what
 * else an object holds is ignored, so that later versions may add to it.
 */
final class RecordCodec {

  private RecordCodec() {}

  static Bytes encode(AgentRecord agent, NetworkConfig config) {
    AgentAddresses.Vtep vtep = AgentAddresses.of(config, agent, Wants.GATEWAY).vtep();
    return encode(agent, vtep.ipText(), vtep.ip6Text());
  }

  /** Without the lengths of prefixes, which only the configuration knows. */
  static Bytes encode(AgentRecord agent) {
    return encode(agent, agent.vtep().toString(), agent.vtep6().map(IpAddress::toString));
  }

  private static Bytes encode(AgentRecord agent, String vtep, Optional<String> vtep6) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("ip", agent.ip().toString());
    json.put("vtep", vtep);
    vtep6.ifPresent(text -> json.put("vtep6", text));
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
    JsonObject json = JsonObject.parse(bytes);
    return JsonObject.strictly(
        () -> {
          List<AgentSubnets> subnets = new ArrayList<>();
          Map<String, JsonObject> overlays =
              json.object("overlays").map(JsonObject::members).orElse(Map.of());
          overlays.forEach(
              (name, overlay) ->
                  subnets.add(
                      new AgentSubnets(
                          name,
                          overlay.text("subnet").map(Cidr::parse),
                          overlay.text("subnet6").map(Cidr::parse))));
          return new AgentRecord(
              agent,
              IpAddress.parse(json.neededText("ip")),
              host(json.neededText("vtep")),
              json.text("vtep6").map(RecordCodec::host),
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
    JsonObject json = JsonObject.parse(bytes);
    return JsonObject.strictly(
        () -> {
          List<Release> releases = new ArrayList<>();
          for (JsonObject entry : json.objects("released")) {
            PoolId pool = PoolId.parse(entry.neededText("pool"));
            String text = entry.neededText("element");
            Element element = new Element(pool, pool.isVtep() ? address(text) : Cidr.parse(text));
            releases.add(new Release(element, agent, entry.neededNumber("number"), nanos));
          }
          return new Tombstone(agent, releases);
        });
  }

  static Bytes encode(Dispute dispute) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putRawValue("record", new RawValue(encode(dispute.claim().record()).toUtf8()));
    json.put("revision", dispute.claim().revision());
    json.put("reason", dispute.reason());
    json.put("dropped", dispute.isDropped());
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads a dispute.
   *
   * @throws DecodeException for anything that {@link #encode} does not write
   */
  static Dispute decodeDispute(NodeId agent, Bytes bytes) {
    JsonObject json = JsonObject.parse(bytes);
    return JsonObject.strictly(
        () ->
            new Dispute(
                new Claim(
                    decodeAgent(agent, json.neededObject("record").toBytes()),
                    json.neededNumber("revision")),
                json.neededText("reason"),
                json.flag("dropped").orElse(false)));
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
}
