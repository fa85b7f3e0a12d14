// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import java.util.Set;
import java.util.TreeSet;

/** Runs one scenario and prints every trace that it left, a line each. */
final class AloneMain {

  private AloneMain() {}

  public static void main(String[] args) throws ReflectiveOperationException {
    Set<String> faults = new TreeSet<>();
    warmUp();
    Traces before = Traces.now();
    Scenario scenario = (Scenario) Class.forName(args[0]).getDeclaredConstructor().newInstance();
    Scenario.Use use = scenario.build();
    Traces.now().since(before).forEach(trace -> faults.add("before start: " + trace));
    use.run();
    Traces.now().since(before).stream()
        .filter(trace -> !trace.startsWith("system property")) // the JDK's network code sets some
        .filter(trace -> !belongsToTheJdk(trace))
        .forEach(trace -> faults.add("after the end: " + trace));
    String module = args[1];
    if (!module.isEmpty() && ModuleLayer.boot().findModule(module).isEmpty()) {
      faults.add("module " + module + " is not there");
    }
    faults.forEach(System.out::println);
    System.exit(faults.isEmpty() ? 0 : 1);
  }

  /** Lets the JDK open what its own classes for looking around open. */
  private static void warmUp() {
    var unused = Traces.now();
  }

  private static boolean belongsToTheJdk(String trace) {
    return trace.equals("thread Common-Cleaner") || trace.endsWith("/random");
  }
}
