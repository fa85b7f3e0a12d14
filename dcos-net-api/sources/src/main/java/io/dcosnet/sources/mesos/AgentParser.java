// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one agent. <b>Confined to</b> one thread. */
final class AgentParser {

  /**
   * An agent as the document has it.
   *
   * @param unresolved the host name that its address hides behind, null when none does
   */
  record Found(Agent agent, @Nullable String unresolved) {}

  private final JsonCursor in;

  AgentParser(JsonCursor in) {
    this.in = in;
  }

  /** The agent in the object that the cursor has entered; null when it must be left out. */
  @Nullable Found agent() throws IOException {
    in.rejections().open("agent");
    String id = "";
    String hostname = "";
    String pidText = null;
    int port = 0;
    boolean active = true;
    Map<String, String> attributes = Map.of();
    String[] domain = {"", ""};
    while (in.nextField()) {
      switch (in.field()) {
        case "id" -> id = in.sharedText("");
        case "hostname" -> hostname = in.text("");
        case "pid" -> pidText = in.text("");
        case "port" -> port = Math.max(0, in.port());
        case "active" -> active = Boolean.TRUE.equals(in.truth(true));
        case "attributes" -> attributes = attributes();
        case "domain" -> domain = domain();
        default -> in.skip();
      }
    }
    Pid pid = pidText == null ? new Pid(hostname, port) : Pid.parse(pidText);
    boolean usable = usable(id, pid, pidText);
    if (usable && pid != null && pid.host().isEmpty()) {
      in.rejections().add("AGENT_NO_ADDRESS", "neither pid nor hostname tells where it is");
    }
    in.rejections().close(id.isEmpty() ? hostname : id);
    if (!usable || pid == null) {
      return null;
    }
    IpAddress address = pid.address();
    return new Found(
        new Agent(
            id,
            hostname,
            address == null ? List.of() : List.of(address),
            pid.port(),
            active,
            attributes,
            domain[0],
            domain[1]),
        address == null && !pid.host().isEmpty() ? pid.host() : null);
  }

  private boolean usable(String id, @Nullable Pid pid, @Nullable String pidText) {
    if (id.isEmpty()) {
      in.rejections().add("AGENT_NO_ID", "id: missing (expected: an id)");
    } else if (pid == null) {
      in.rejections().add("AGENT_BAD_PID", "pid: " + pidText + " (expected: slave(1)@host:port)");
    }
    return !id.isEmpty() && pid != null;
  }

  private Map<String, String> attributes() throws IOException {
    Map<String, String> attributes = new LinkedHashMap<>();
    if (in.enterObject(in.field())) {
      while (in.nextName()) {
        String value = in.scalarText();
        if (value != null) {
          attributes.put(in.name(), value);
        }
      }
    }
    return attributes;
  }

  /** Region and zone. */
  private String[] domain() throws IOException {
    String[] found = {"", ""};
    if (!in.enterObject(in.field())) {
      return found;
    }
    while (in.nextField()) {
      if (!in.field().equals("fault_domain") || !in.enterObject(in.field())) {
        in.skip();
        continue;
      }
      while (in.nextField()) {
        switch (in.field()) {
          case "region" -> found[0] = nameInside();
          case "zone" -> found[1] = nameInside();
          default -> in.skip();
        }
      }
    }
    return found;
  }

  private String nameInside() throws IOException {
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
}
