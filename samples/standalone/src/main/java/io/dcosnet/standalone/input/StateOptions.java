// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.input;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which file tells what runs in a cluster; options of the commands that read one. */
public final class StateOptions {

  @Option(
      names = "--mesos-state",
      paramLabel = "FILE",
      description = "What a Mesos master answers at /master/state.")
  @Nullable String mesosState;

  @Option(
      names = "--stream",
      paramLabel = "FILE",
      description = "Instead: events of a master's operator API, one in JSON on each line.")
  @Nullable String stream;

  /**
   * Checks the options.
   *
   * @return reads the file, once the arguments were checked; fails with {@link CommandFailure} when
   *     the file as a whole is refused
   */
  public Supplier<ClusterState> cluster(Arguments arguments, Console console) {
    if (mesosState == null && stream == null) {
      arguments.problem("--mesos-state: missing (expected: a readable file, or --stream)");
    } else if (mesosState != null && stream != null) {
      arguments.problem("--stream: " + stream + " (expected: not beside --mesos-state)");
    }
    Path state = file("--mesos-state", mesosState, arguments);
    Path events = file("--stream", stream, arguments);
    return () -> {
      if (state != null) {
        return StateInput.read(state, console);
      } else if (events != null) {
        return StateInput.readEvents(events, console);
      }
      throw new IllegalStateException("asked for before the arguments were checked");
    };
  }

  /** Notes what was given although another option already says where to look. */
  public void none(Arguments arguments, String other) {
    if (mesosState != null) {
      arguments.problem("--mesos-state: " + mesosState + " (expected: not beside " + other + ")");
    }
    if (stream != null) {
      arguments.problem("--stream: " + stream + " (expected: not beside " + other + ")");
    }
  }

  private static @Nullable Path file(String option, @Nullable String text, Arguments arguments) {
    return arguments.<Path>optional(option, text, Arguments.file(), "a readable file").get();
  }
}
