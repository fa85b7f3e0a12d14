// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Agent;
import java.io.IOException;
import java.util.LinkedHashMap;
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
    AgentDraft draft = new AgentDraft();
    while (in.nextField()) {
      switch (in.field()) {
        case "id" -> draft.id = in.sharedText("");
        case "hostname" -> draft.hostname = in.text("");
        case "pid" -> draft.pid = in.text("");
        case "port" -> draft.port = Math.max(0, in.port());
        case "active" -> draft.active = Boolean.TRUE.equals(in.truth(true));
        case "attributes" -> draft.attributes = attributes();
        case "domain" -> draft.domain(in);
        default -> in.skip();
      }
    }
    return draft.finish(in.rejections());
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
}
