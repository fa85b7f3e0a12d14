// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a user of the demo's scheduler asked for. <b>Immutable.</b>
 *
 * @param name of the app and of its tasks
 * @param instances how many tasks it wants
 */
record ToyApp(String name, int instances, List<Port> ports) {

  /** The apps of the demo: one with a single port, one with two that have names. */
  static final List<ToyApp> ALL =
      List.of(
          new ToyApp("web", 3, List.of(new Port("http", "/web:80"))),
          new ToyApp("api", 2, List.of(new Port("rest", "/api:8080"), new Port("admin", ""))));

  /** One that is asked for later. */
  static final ToyApp LATE = new ToyApp("late", 1, List.of(new Port("http", "/late:80")));

  /** The app of a name. */
  static ToyApp named(String name) {
    return Stream.concat(ALL.stream(), Stream.of(LATE))
        .filter(app -> app.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("app: " + name + " (expected: a known one)"));
  }

  ToyApp {
    requireNonNull(name, "name");
    ports = List.copyOf(ports);
  }

  /**
   * A port that each task gets.
   *
   * @param name that it is discovered by
   * @param vip text of its VIP label, empty for none
   */
  record Port(String name, String vip) {
    Port {
      requireNonNull(name, "name");
      requireNonNull(vip, "vip");
    }
  }
}
