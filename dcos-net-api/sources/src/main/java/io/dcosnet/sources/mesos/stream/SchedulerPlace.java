// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import io.dcosnet.api.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the scheduler of a framework listens. <b>Immutable.</b>
 *
 * @param addresses empty where a name hides them
 * @param host that name, null when there is none
 */
public record SchedulerPlace(List<IpAddress> addresses, @Nullable String host, int port) {
  public SchedulerPlace {
    addresses = List.copyOf(addresses);
  }
}
