// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node that a task runs on can be reached. A node that nobody knows counts as
 * reachable: not every Mesos agent need run this software.
 *
 * <p><b>Thread-safe.</b>
 */
final class Reachability {

  private final @Nullable Membership membership;

  /**
   * @param membership null where there is none; then the writer's state counts where the task runs
   *     on the writer
   */
  Reachability(@Nullable Membership membership) {
    this.membership = membership;
  }

  boolean reaches(BackendEntry entry, OwnerState writer) {
    IpAddress node = entry.backend().node();
    Optional<Member> member = membership == null ? Optional.empty() : membership.byAddress(node);
    if (member.isPresent()) {
      return member.get().state().lives();
    }
    return !entry.onWriter() || writer.lives();
  }
}
