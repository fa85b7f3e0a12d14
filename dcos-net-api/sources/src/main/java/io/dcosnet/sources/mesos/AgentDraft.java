// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of an agent while its object is read. <b>Confined to</b> one thread. */
final class AgentDraft {

  String id = "";
  String hostname = "";
  @Nullable String pid;
  int port;
  boolean active = true;
  Map<String, String> attributes = Map.of();
  private String region = "";
  private String zone = "";

  /** Reads region and zone from the value that the cursor is at. */
  void domain(JsonCursor in) throws IOException {
    if (!in.enterObject(in.field())) {
      return;
    }
    while (in.nextField()) {
      if (!in.field().equals("fault_domain") || !in.enterObject(in.field())) {
        in.skip();
        continue;
      }
      while (in.nextField()) {
        switch (in.field()) {
          case "region" -> region = nameInside(in);
          case "zone" -> zone = nameInside(in);
          default -> in.skip();
        }
      }
    }
  }

  private static String nameInside(JsonCursor in) throws IOException {
    String name = "";
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("name")) {
          name = in.sharedText("");
        } else {
          in.skip();
        }
      }
    }
    return name;
  }

  /** The agent; null when it must be left out. Closes the scope that was opened for it. */
  AgentParser.@Nullable Found finish(Rejections rejections) {
    Pid place = pid == null ? new Pid(hostname, port) : Pid.parse(pid);
    if (id.isEmpty()) {
      rejections.add("AGENT_NO_ID", "id: missing (expected: an id)");
    } else if (place == null) {
      rejections.add("AGENT_BAD_PID", "pid: " + pid + " (expected: slave(1)@host:port)");
    } else if (place.host().isEmpty()) {
      rejections.add("AGENT_NO_ADDRESS", "neither pid nor hostname tells where it is");
    }
    rejections.close(id.isEmpty() ? hostname : id);
    return id.isEmpty() || place == null ? null : found(place);
  }

  private AgentParser.Found found(Pid place) {
    IpAddress address = place.address();
    List<IpAddress> addresses = address == null ? List.of() : List.of(address);
    Agent agent =
        new Agent(id, hostname, addresses, place.port(), active, attributes, region, zone);
    return new AgentParser.Found(
        agent, address == null && !place.host().isEmpty() ? place.host() : null);
  }
}
