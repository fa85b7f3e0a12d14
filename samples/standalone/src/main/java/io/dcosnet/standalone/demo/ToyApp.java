// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static java.util.Objects.requireNonNull;

import java.util.List;

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
