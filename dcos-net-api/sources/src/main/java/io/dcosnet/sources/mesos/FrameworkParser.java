// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one framework with its running tasks. <b>Confined to</b> one thread. */
final class FrameworkParser {

  /**
   * A framework as the document has it.
   *
   * @param framework its id may be empty
   * @param tasks without their framework's id, which may come after them
   * @param unresolved the host name that its address hides behind, null when none does
   */
  record Found(Framework framework, List<Task.Builder> tasks, @Nullable String unresolved) {}

  private final JsonCursor in;
  private final TaskParser taskParser;

  FrameworkParser(JsonCursor in) {
    this.in = in;
    this.taskParser = new TaskParser(in);
  }

  /** The framework in the object that the cursor has entered. */
  Found framework() throws IOException {
    in.rejections().open("framework");
    String id = "";
    String name = "";
    String hostname = "";
    String pidText = null;
    boolean active = true;
    boolean connected = true;
    List<Task.Builder> tasks = List.of();
    while (in.nextField()) {
      switch (in.field()) {
        case "id" -> id = in.text("");
        case "name" -> name = in.text("");
        case "hostname" -> hostname = in.text("");
        case "pid" -> pidText = in.text("");
        case "active" -> active = Boolean.TRUE.equals(in.truth(true));
        case "connected" -> connected = Boolean.TRUE.equals(in.truth(true));
        case "tasks" -> tasks = tasks();
        default -> in.skip();
      }
    }
    Pid pid = pid(pidText, hostname);
    in.rejections().close(id.isEmpty() ? name : id);
    IpAddress address = pid.address();
    return new Found(
        new Framework(
            id,
            name,
            hostname,
            address == null ? List.of() : List.of(address),
            pid.port(),
            active,
            connected),
        tasks,
        address == null && !pid.host().isEmpty() ? pid.host() : null);
  }

  /** The host name counts only for schedulers that have no pid. */
  private Pid pid(@Nullable String text, String hostname) {
    if (text == null) {
      return new Pid(hostname, Framework.NO_PORT);
    }
    Pid pid = Pid.parse(text);
    if (pid == null) {
      in.rejections().add("FRAMEWORK_BAD_PID", "pid: " + text + " (expected: id@host:port)");
      return new Pid("", Framework.NO_PORT);
    }
    return pid;
  }

  private List<Task.Builder> tasks() throws IOException {
    if (!in.enterArray()) {
      return List.of();
    }
    List<Task.Builder> tasks = new ArrayList<>();
    while (in.nextElement()) {
      if (in.enterObject("task")) {
        Task.Builder task = taskParser.task();
        if (task != null) {
          tasks.add(task);
        }
      }
    }
    return tasks;
  }
}
