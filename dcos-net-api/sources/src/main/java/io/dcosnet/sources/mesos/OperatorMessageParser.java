// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.model.Task;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import io.dcosnet.sources.mesos.stream.OperatorEvent;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import io.dcosnet.sources.mesos.stream.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents of the operator API. What is no document of it is refused as a whole; an event
 * whose content cannot be used is left out by itself. <b>Confined to</b> one thread, and to one
 * document.
 */
final class OperatorMessageParser {

  private static final double MAX_HEARTBEAT_SECONDS = 3600;

  private final JsonParser parser;
  private final Rejections rejections;
  private final JsonCursor in;
  private final EventTaskParser taskParser;
  private final EventNodeParser nodeParser;

  private @Nullable OperatorEvent event;
  private @Nullable Snapshot state;
  private AgentParser.@Nullable Found agent;

  private OperatorMessageParser(JsonParser parser, Rejections rejections) {
    this.parser = parser;
    this.rejections = rejections;
    this.in = new JsonCursor(parser, rejections);
    this.taskParser = new EventTaskParser(in);
    this.nodeParser = new EventNodeParser(in);
  }

  /**
   * Reads one document.
   *
   * @param what it is, for messages
   * @throws StateRefusedException when nothing of it can be used
   */
  static OperatorMessage read(String what, InputStream document, long maxBytes, int maxRejections) {
    return JsonInput.read(
        what,
        document,
        maxBytes,
        parser -> new OperatorMessageParser(parser, new Rejections(maxRejections)).message(what));
  }

  /** Reads one event of a stream. */
  static OperatorMessage read(byte[] event) {
    return read(
        "event",
        new ByteArrayInputStream(event),
        Long.MAX_VALUE,
        MesosStateReader.DEFAULT_MAX_REJECTIONS);
  }

  private OperatorMessage message(String what) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      String found = parser.currentToken() == null ? "empty" : "not an object";
      throw new StateRefusedException(
          Reason.NOT_AN_EVENT, what, found + " (expected: an event of a Mesos master)", null);
    }
    String type = "";
    while (in.nextField()) {
      switch (in.field()) {
        case "type" -> type = in.sharedText("");
        case "subscribed" -> subscribed();
        case "task_added" -> taskAdded();
        case "task_updated" -> taskUpdated();
        case "agent_added" -> agentAdded();
        case "agent_removed" -> agentRemoved();
        case "framework_added", "framework_updated" -> frameworkPut();
        case "framework_removed" -> frameworkRemoved();
        case "get_state" -> state = snapshot();
        case "get_agent" -> getAgent();
        default -> in.skip();
      }
    }
    if (parser.nextToken() != null) {
      throw new StateRefusedException(
          Reason.NOT_JSON, what, "something follows the document", null);
    }
    if (type.isEmpty()) {
      throw new StateRefusedException(
          Reason.NOT_AN_EVENT, what, "no type (expected: an event of a Mesos master)", null);
    }
    return new OperatorMessage(type, event(type), state, agent, rejections);
  }

  /** The type decides; a body of another type counts for nothing. */
  private OperatorEvent event(String type) {
    Class<? extends OperatorEvent> expected =
        switch (type) {
          case "SUBSCRIBED" -> Subscribed.class;
          case "HEARTBEAT" -> OperatorEvent.Heartbeat.class;
          case "TASK_ADDED" -> OperatorEvent.TaskAdded.class;
          case "TASK_UPDATED" -> OperatorEvent.TaskUpdated.class;
          case "AGENT_ADDED" -> OperatorEvent.AgentAdded.class;
          case "AGENT_REMOVED" -> OperatorEvent.AgentRemoved.class;
          case "FRAMEWORK_ADDED", "FRAMEWORK_UPDATED" -> OperatorEvent.FrameworkPut.class;
          case "FRAMEWORK_REMOVED" -> OperatorEvent.FrameworkRemoved.class;
          default -> OperatorEvent.Ignored.class;
        };
    if (expected == OperatorEvent.Ignored.class) {
      return new OperatorEvent.Ignored();
    }
    if (expected == OperatorEvent.Heartbeat.class) {
      return new OperatorEvent.Heartbeat();
    }
    OperatorEvent found = event;
    if (expected.isInstance(found)) {
      return expected.cast(found);
    }
    if (rejections.counts().isEmpty()) {
      rejections.add("event", "EVENT_NO_BODY", type + ": without what it is about");
    }
    return new OperatorEvent.Ignored();
  }

  private void subscribed() throws IOException {
    if (!in.enterObject(in.field())) {
      return;
    }
    Snapshot snapshot = null;
    Duration heartbeat = Subscribed.DEFAULT_HEARTBEAT;
    while (in.nextField()) {
      switch (in.field()) {
        case "get_state" -> snapshot = snapshot();
        case "heartbeat_interval_seconds" -> heartbeat = heartbeat(in.number(0));
        default -> in.skip();
      }
    }
    if (snapshot != null) {
      event = new Subscribed(snapshot, heartbeat);
    }
  }

  private static Duration heartbeat(double seconds) {
    return seconds > 0
        ? Duration.ofNanos((long) (Math.min(seconds, MAX_HEARTBEAT_SECONDS) * 1e9))
        : Subscribed.DEFAULT_HEARTBEAT;
  }

  private @Nullable Snapshot snapshot() throws IOException {
    return in.enterObject(in.field())
        ? new SnapshotParser(in, taskParser, nodeParser).snapshot()
        : null;
  }

  private void taskAdded() throws IOException {
    if (enterInner("task")) {
      Task.Builder task = taskParser.task();
      event = task == null ? null : new OperatorEvent.TaskAdded(task.build());
      leaveOuter();
    }
  }

  private void taskUpdated() throws IOException {
    event = in.enterObject(in.field()) ? taskParser.update() : null;
  }

  private void agentAdded() throws IOException {
    if (enterInner("agent")) {
      AgentParser.Found found = nodeParser.agent();
      event =
          found == null ? null : new OperatorEvent.AgentAdded(found.agent(), found.unresolved());
      leaveOuter();
    }
  }

  private void agentRemoved() throws IOException {
    String id = "";
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("agent_id")) {
          id = in.id();
        } else {
          in.skip();
        }
      }
    }
    event = id.isEmpty() ? null : new OperatorEvent.AgentRemoved(id);
  }

  private void frameworkPut() throws IOException {
    if (enterInner("framework")) {
      event = nodeParser.framework();
      leaveOuter();
    }
  }

  private void frameworkRemoved() throws IOException {
    String id = "";
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("framework_info")) {
          id = nodeParser.idOf("framework_info");
        } else {
          in.skip();
        }
      }
    }
    event = id.isEmpty() ? null : new OperatorEvent.FrameworkRemoved(id);
  }

  /** The answer has the agent's own {@code agent_info} around what a master tells of it. */
  private void getAgent() throws IOException {
    agent = in.enterObject(in.field()) ? nodeParser.agent() : null;
  }

  /** Enters the object of that name inside the one that the cursor is at. */
  private boolean enterInner(String field) throws IOException {
    if (!in.enterObject(in.field())) {
      return false;
    }
    while (in.nextField()) {
      if (in.field().equals(field) && in.enterObject(field)) {
        return true;
      }
      in.skip();
    }
    return false;
  }

  private void leaveOuter() throws IOException {
    while (in.nextField()) {
      in.skip();
    }
  }
}
