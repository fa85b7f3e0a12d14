// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.input;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.HostLookup;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.mesos.MesosState;
import io.dcosnet.sources.mesos.MesosStateReader;
import io.dcosnet.sources.mesos.OperatorEvents;
import io.dcosnet.sources.mesos.StateRefusedException;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What runs in a cluster, read from a file once. */
public final class StateInput {

  /** More than a resolver answers at once, few enough to be started for one command. */
  private static final int LOOKUPS = 16;

  private StateInput() {}

  private interface Format {
    MesosState read(InputStream in) throws IOException;
  }

  /**
   * Reads a master's {@code /state}, asks for the addresses of hosts that it names, and tells on
   * standard error what had to be left out.
   *
   * @throws CommandFailure when the file as a whole is refused
   */
  public static ClusterState read(Path file, Console console) {
    return read(file, MesosStateReader.create()::read, console);
  }

  /** As {@link #read}, from events of a master's operator API, one on each line. */
  public static ClusterState readEvents(Path file, Console console) {
    return read(file, OperatorEvents::read, console);
  }

  private static ClusterState read(Path file, Format format, Console console) {
    MesosState state;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      state = format.read(in);
    } catch (StateRefusedException e) {
      throw CommandFailure.refused(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw CommandFailure.refused(file + ": cannot be read: " + e.getMessage());
    }
    tell(state, console);
    Map<String, List<IpAddress>> found = resolve(state.unresolvedHosts());
    return state.withHosts(host -> found.getOrDefault(host, List.of()));
  }

  private static void tell(MesosState state, Console console) {
    tell(state.rejections(), console);
    long all = state.rejectionCounts().values().stream().mapToLong(Long::longValue).sum();
    long untold = all - state.rejections().size();
    if (untold > 0) {
      console.err().println("dcos-net: " + untold + " more parts with faults");
    }
  }

  /** Tells on standard error what is missing in the answer, a line each. */
  public static void tell(List<Rejection> rejections, Console console) {
    for (Rejection rejection : rejections) {
      console
          .err()
          .println(
              "dcos-net: "
                  + rejection.kind()
                  + " "
                  + rejection.subject()
                  + ": "
                  + rejection.code()
                  + ": "
                  + rejection.detail());
    }
  }

  /** The addresses of hosts, without those that nobody knows in time. */
  public static Map<String, List<IpAddress>> resolve(Set<String> hosts) {
    if (hosts.isEmpty()) {
      return Map.of();
    }
    ExecutorService lookups =
        Executors.newFixedThreadPool(
            LOOKUPS,
            work -> {
              Thread thread = new Thread(work, "dcosnet-lookup");
              thread.setDaemon(true); // a resolver that hangs must not keep the command
              return thread;
            });
    try {
      return HostResolver.resolveAll(hosts, HostResolver.LIMIT, lookups, HostLookup.system());
    } finally {
      lookups.shutdownNow();
    }
  }
}
