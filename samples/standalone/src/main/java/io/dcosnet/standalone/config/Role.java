// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.util.Locale;

/** What a node does for its cluster. */
public enum Role {

  /** Runs beside a Mesos master and knows the whole cluster. */
  MASTER,

  /** Runs beside a Mesos agent and serves the tasks there. */
  AGENT;

  /** As the command line says it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
