// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;

/** Runs one scenario and prints every trace that it left, a line each. */
final class AloneMain {

  private AloneMain() {}

  public static void main(String[] args) throws ReflectiveOperationException, InterruptedException {
    Set<String> faults = new TreeSet<>();
    warmUp();
    Traces before = Traces.now();
    Scenario scenario =
        Class.forName(args[0]).asSubclass(Scenario.class).getDeclaredConstructor().newInstance();
    Scenario.Use use = scenario.build();
    Traces.now().since(before).forEach(trace -> faults.add("before start: " + trace));
    use.run();
    awaitEndOfOurThreads();
    Set<String> left = new TreeSet<>(Traces.now().since(before));
    left.removeIf(AloneMain::belongsToOthers);
    if (left.stream().filter(AloneMain::isSocket).count() == 1) {
      // NIO keeps one closed socket, to put in the place of those that it closes
      left.removeIf(AloneMain::isSocket);
    }
    left.forEach(trace -> faults.add("after the end: " + trace));
    String module = args[1];
    if (!module.isEmpty() && ModuleLayer.boot().findModule(module).isEmpty()) {
      faults.add("module " + module + " is not there");
    }
    faults.forEach(System.out::println);
    System.exit(faults.isEmpty() ? 0 : 1);
  }

  /**
   * A pool has ended when its last thread says so, which is a moment before that thread is gone.
   */
  private static void awaitEndOfOurThreads() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("dcosnet-")) {
        thread.join(2000);
      }
    }
  }

  /** Lets the JDK open what its own classes for looking around open. */
  private static void warmUp() {
    var traces = Traces.now();
    var zone = TimeZone.getDefault(); // keeps its name in a system property; Jackson asks for it
    if (traces.threads().isEmpty() || zone.getID().isEmpty()) {
      throw new AssertionError("nothing to see here");
    }
  }

  /** What the JDK, Netty and JNA keep for the whole process, whoever uses them. */
  private static boolean belongsToOthers(String trace) {
    return trace.startsWith("system property ") // set by the JDK's network code
        || trace.endsWith("/random")
        || trace.endsWith("/urandom")
        || trace.matches("open file .*/ffi\\w+ \\(deleted\\)") // memory of JNA's call-backs
        || trace.equals("thread process reaper") // JNA asks ldconfig; ends after a quiet minute
        || trace.equals("thread Common-Cleaner")
        || trace.equals("thread JNA Cleaner")
        || trace.equals("thread CompletableFutureDelayScheduler")
        || trace.startsWith("thread globalEventExecutor-"); // ends after a quiet second
  }

  private static boolean isSocket(String trace) {
    return trace.startsWith("open file ") && trace.contains("socket:[");
  }
}
