// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import java.util.Locale;

/** The names that the tasks of an app are found by. */
final class DemoNames {

  private static final String MESOS = "." + ToyScheduler.NAME + ".mesos";
  private static final String L4LB = "." + ToyScheduler.NAME + ".l4lb.thisdcos.directory";

  private DemoNames() {}

  /** Has an address for each task. */
  static String ofTasks(ToyApp app) {
    return app.name() + MESOS;
  }

  /** Has a port for each task and port. */
  static String ofPorts(ToyApp app) {
    return "_" + app.name() + "._tcp" + MESOS;
  }

  /** Has a port for each task. */
  static String ofPort(ToyApp app, ToyApp.Port port) {
    return "_" + port.name() + "." + ofPorts(app);
  }

  /** Has the virtual address. */
  static String ofVip(String label) {
    String name = label.substring(1, label.indexOf(':'));
    return name.toLowerCase(Locale.ROOT) + L4LB;
  }

  /** Canonical, without the zone. */
  static String vipKey(String label) {
    return label.substring(1, label.indexOf(':')) + "." + ToyScheduler.NAME;
  }
}
