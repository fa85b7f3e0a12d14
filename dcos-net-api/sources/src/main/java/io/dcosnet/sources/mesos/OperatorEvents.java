// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import io.dcosnet.sources.mesos.stream.EventState;
import io.dcosnet.sources.mesos.stream.OperatorEvent;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskUpdated;
import io.dcosnet.sources.mesos.stream.Snapshot;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns recorded events of a master's operator API into the cluster state that they lead to. The
 * record has one event in JSON on each line, {@code SUBSCRIBED} first as on the wire; the answer to
 * a {@code GET_STATE} may stand in its place.
 *
 * <p>A line that is no event is left out and reported; so is an update of a task that nobody told
 * of. Masters are not in such a record, and what a new master waits for counts as gone.
 *
 * <p>Its methods may be called by any thread.
 */
public final class OperatorEvents {

  private final EventState state = new EventState(Duration.ZERO, host -> List.of());
  private final Rejections rejections = new Rejections(MesosStateReader.DEFAULT_MAX_REJECTIONS);
  private ClusterState cluster = ClusterState.EMPTY;
  private int line;
  private boolean usable;

  private OperatorEvents() {}

  /**
   * Reads a file of events.
   *
   * @throws StateRefusedException when it cannot be read, or no line of it is an event
   */
  public static MesosState read(Path file) {
    requireNonNull(file, "file");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in);
    } catch (IOException e) {
      throw new StateRefusedException(
          Reason.UNREADABLE, "events", file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads events from a stream, which is not closed.
   *
   * @throws IOException when the stream breaks
   * @throws StateRefusedException when no line of it is an event
   */
  public static MesosState read(InputStream in) throws IOException {
    OperatorEvents events = new OperatorEvents();
    byte[] text = nextLine(in);
    while (text != null) {
      events.line(text);
      text = nextLine(in);
    }
    return events.result();
  }

  private static byte @Nullable [] nextLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (line.size() >= MesosStateReader.DEFAULT_MAX_BYTES) {
        throw new StateRefusedException(
            Reason.TOO_LARGE,
            "events",
            "a line of more than " + MesosStateReader.DEFAULT_MAX_BYTES + " bytes",
            null);
      }
      line.write(next);
      next = in.read();
    }
    return line.toByteArray();
  }

  private void line(byte[] text) {
    line++;
    if (isBlank(text)) {
      return;
    }
    try {
      OperatorMessage message = OperatorMessageParser.read(text);
      rejections.addAll(message.rejections());
      usable = true;
      apply(message);
    } catch (StateRefusedException e) {
      reject(e.reason().name(), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isBlank(byte[] text) {
    for (byte c : text) {
      if (c != ' ' && c != '\t' && c != '\r') {
        return false;
      }
    }
    return true;
  }

  private void apply(OperatorMessage message) {
    OperatorEvent event = message.event();
    Snapshot snapshot = event instanceof Subscribed first ? first.snapshot() : message.state();
    if (snapshot != null) {
      cluster = state.snapshot(snapshot, cluster, 0);
      return;
    }
    cluster = cluster.apply(state.apply(event, cluster, 0));
    if (state.takeResyncWanted() && event instanceof TaskUpdated update) {
      reject("EVENT_UNKNOWN_TASK", "task " + update.taskId() + " (expected: one that was added)");
    }
  }

  private void reject(String code, String detail) {
    rejections.open("event");
    rejections.add(code, detail);
    rejections.close("line " + line);
  }

  private MesosState result() {
    if (!usable) {
      String first = rejections.list().stream().findFirst().map(r -> ": " + r.detail()).orElse("");
      throw new StateRefusedException(
          Reason.NOT_AN_EVENT, "events", "no line is an event of a Mesos master" + first, null);
    }
    return new MesosState(
        cluster,
        rejections,
        known(state.agentHosts(), id -> cluster.agent(id).isPresent()),
        known(state.frameworkHosts(), id -> cluster.framework(id).isPresent()),
        Set.of(),
        false);
  }

  private static Map<String, String> known(Map<String, String> hosts, Predicate<String> present) {
    Map<String, String> left = new HashMap<>(hosts);
    left.keySet().removeIf(present.negate());
    return left;
  }
}
