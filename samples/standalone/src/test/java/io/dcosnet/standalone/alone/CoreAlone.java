// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Task;

/** {@code dcos-net-api} by itself. */
final class CoreAlone implements Scenario {

  @Override
  public Use build() {
    ClusterPublisher tasks = ClusterPublisher.create();
    return () -> {
      tasks.put(Task.named("web").build());
      if (tasks.cluster().tasks().size() != 1) {
        throw new AssertionError(tasks.cluster().toString());
      }
    };
  }
}
