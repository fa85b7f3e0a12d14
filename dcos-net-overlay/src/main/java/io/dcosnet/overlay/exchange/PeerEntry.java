// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.json.JsonObject;
import io.dcosnet.overlay.link.Assignment;

/**
 * What an agent tells the others of itself. On the wire it is a JSON object with a version; readers
 * take later versions and leave out fields that they do not know. Nothing is checked here but its
 * form: it comes from somebody else. <b>Immutable.</b>
 *
 * @param record what the agent has, with the address where others reach it
 * @param mac of its tunnel end point
 * @param revision of the master's store by which it has all this, 1 or more
 */
public record PeerEntry(AgentRecord record, MacAddress mac, long revision) {

  /** The version that we write. */
  static final int VERSION = 1;

  public PeerEntry {
    requireNonNull(record, "record");
    requireNonNull(mac, "mac");
    if (revision < 1) {
      throw new IllegalArgumentException("revision: " + revision + " (expected: 1 or more)");
    }
  }

  /**
   * What follows from an assignment.
   *
   * @param ip where others reach this host, which may be another one than the master knows of
   */
  public static PeerEntry of(Assignment assignment, IpAddress ip) {
    AgentRecord held = assignment.record();
    return new PeerEntry(
        new AgentRecord(held.agent(), ip, held.vtep(), held.vtep6(), held.subnets()),
        AgentAddresses.mac(assignment.config(), held.vtep()),
        assignment.revision());
  }

  public NodeId agent() {
    return record.agent();
  }

  /** The bytes for the store. */
  public Bytes encode() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("v", VERSION);
    json.put("revision", revision);
    json.put("mac", mac.toString());
    json.putRawValue("record", new RawValue(record.toJson().toUtf8()));
    return Bytes.utf8(json.toString());
  }

  /**
   * Reads an entry.
   *
   * @throws DecodeException for anything that {@link #encode} does not write
   */
  public static PeerEntry decode(NodeId agent, Bytes value) {
    JsonObject json = JsonObject.parse(value);
    return JsonObject.strictly(
        () ->
            new PeerEntry(
                AgentRecord.ofJson(agent, json.neededObject("record").toBytes()),
                MacAddress.parse(json.neededText("mac")),
                json.neededNumber("revision")));
  }
}
