// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much the launcher logs. */
public final class Logs {

  private Logs() {}

  /** Leaves out what goes as planned, for commands that tell about it in their own way. */
  public static void warningsOnly() {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(Level.WARN);
    }
  }
}
