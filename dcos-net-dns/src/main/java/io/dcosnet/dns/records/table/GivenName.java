// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Task;

/** What a task wants to be called. */
public final class GivenName {

  private GivenName() {}

  /** The discovery name; the task's own where it gives none. */
  public static String of(Task task) {
    Discovery discovery = task.discovery();
    boolean named = discovery != null && !discovery.name().isEmpty();
    return discovery != null && named ? discovery.name() : task.name();
  }
}
