// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

/** What a host does with one library: builds its façade, then lets it work. */
interface Scenario {

  /** Builds without starting; must leave no trace in the process. */
  Use build();

  /** Starts what was built, sees it work, and ends it; must leave no thread and no socket. */
  @FunctionalInterface
  interface Use {
    void run();
  }
}
