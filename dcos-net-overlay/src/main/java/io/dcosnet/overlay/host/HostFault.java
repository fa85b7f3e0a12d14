// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import java.util.Optional;

/**
 * One object that could not be made as wanted; all others were. <b>Immutable.</b>
 *
 * @param object which one, in the words of the tool that people know for it
 * @param overlay that cannot work because of it; empty if all cannot, or it concerns a peer
 * @param peer that cannot be reached because of it; empty for objects of this host
 * @param code stable, such as {@code EEXIST} of the kernel, or {@code FOREIGN} for what somebody
 *     else has made and keeps
 * @param reason for a person, with what is in the way
 */
public record HostFault(
    HostObject kind,
    String object,
    Optional<String> overlay,
    Optional<NodeId> peer,
    String code,
    String reason) {

  public HostFault {
    requireNonNull(kind, "kind");
    requireNonNull(object, "object");
    requireNonNull(overlay, "overlay");
    requireNonNull(peer, "peer");
    requireNonNull(code, "code");
    requireNonNull(reason, "reason");
  }
}
