// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Framework;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkPut;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Reads agents and frameworks as the operator API has them. <b>Confined to</b> one thread. */
final class EventNodeParser {

  private final JsonCursor in;

  EventNodeParser(JsonCursor in) {
    this.in = in;
  }

  /** The agent in the object that the cursor has entered; null when it must be left out. */
  AgentParser.@Nullable Found agent() throws IOException {
    in.rejections().open("agent");
    AgentDraft draft = new AgentDraft();
    while (in.nextField()) {
      switch (in.field()) {
        case "agent_info" -> agentInfo(draft);
        case "pid" -> draft.pid = in.text("");
        case "active" -> draft.active = Boolean.TRUE.equals(in.truth(true));
        default -> in.skip();
      }
    }
    return draft.finish(in.rejections());
  }

  private void agentInfo(AgentDraft draft) throws IOException {
    if (!in.enterObject(in.field())) {
      return;
    }
    while (in.nextField()) {
      switch (in.field()) {
        case "id" -> draft.id = in.id();
        case "hostname" -> draft.hostname = in.text("");
        case "port" -> draft.port = Math.max(0, in.port());
        case "attributes" -> draft.attributes = attributes();
        case "domain" -> draft.domain(in);
        default -> in.skip();
      }
    }
  }

  /** Attributes in the spelling of the state document, which has them as a map of texts. */
  private Map<String, String> attributes() throws IOException {
    Map<String, String> attributes = new LinkedHashMap<>();
    if (!in.enterArray()) {
      return attributes;
    }
    while (in.nextElement()) {
      if (!in.enterObject("attribute")) {
        continue;
      }
      String name = "";
      String value = null;
      while (in.nextField()) {
        switch (in.field()) {
          case "name" -> name = in.sharedText("");
          case "text", "scalar" -> value = value();
          case "ranges" -> value = listed("range", "[", "]");
          case "set" -> value = listed("item", "{", "}");
          default -> in.skip();
        }
      }
      if (!name.isEmpty() && value != null) {
        attributes.put(name, value);
      }
    }
    return attributes;
  }

  private @Nullable String value() throws IOException {
    String value = null;
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("value")) {
          value = in.scalarText();
        } else {
          in.skip();
        }
      }
    }
    return value;
  }

  private String listed(String field, String open, String close) throws IOException {
    StringJoiner list = new StringJoiner(", ", open, close);
    if (!in.enterObject(in.field())) {
      return list.toString();
    }
    while (in.nextField()) {
      if (!in.field().equals(field) || !in.enterArray()) {
        in.skip();
        continue;
      }
      while (in.nextElement()) {
        list.add(in.atObject() ? range() : String.valueOf(in.scalarText()));
      }
    }
    return list.toString();
  }

  private String range() throws IOException {
    String begin = "";
    String end = "";
    while (in.nextField()) {
      switch (in.field()) {
        case "begin" -> begin = String.valueOf(in.scalarText());
        case "end" -> end = String.valueOf(in.scalarText());
        default -> in.skip();
      }
    }
    return begin + "-" + end;
  }

  /** The framework in the object that the cursor has entered; null when it must be left out. */
  @Nullable FrameworkPut framework() throws IOException {
    in.rejections().open("framework");
    String id = "";
    String name = "";
    String hostname = "";
    boolean active = true;
    boolean connected = true;
    while (in.nextField()) {
      switch (in.field()) {
        case "active" -> active = Boolean.TRUE.equals(in.truth(true));
        case "connected" -> connected = Boolean.TRUE.equals(in.truth(true));
        case "framework_info" -> {
          if (in.enterObject(in.field())) {
            while (in.nextField()) {
              switch (in.field()) {
                case "id" -> id = in.id();
                case "name" -> name = in.text("");
                case "hostname" -> hostname = in.text("");
                default -> in.skip();
              }
            }
          }
        }
        default -> in.skip();
      }
    }
    if (id.isEmpty()) {
      in.rejections().add("FRAMEWORK_NO_ID", "id: missing (expected: an id)");
    }
    in.rejections().close(id.isEmpty() ? name : id);
    if (id.isEmpty()) {
      return null;
    }
    // This API tells no pid: a scheduler is where its host name says, without a port.
    IpAddress address = new Pid(hostname, Framework.NO_PORT).address();
    List<IpAddress> addresses = address == null ? List.of() : List.of(address);
    return new FrameworkPut(
        new Framework(id, name, hostname, addresses, Framework.NO_PORT, active, connected),
        address == null && !hostname.isEmpty() ? hostname : null);
  }

  /** The id inside an object that is of no other interest, such as {@code framework_info}. */
  String idOf(String what) throws IOException {
    String id = "";
    if (in.enterObject(what)) {
      while (in.nextField()) {
        if (in.field().equals("id")) {
          id = in.id();
        } else {
          in.skip();
        }
      }
    }
    return id;
  }
}
