// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import java.util.Optional;
import java.util.Set;

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

  /** Codes of what is wrong with the state itself, whatever the kernel does. */
  private static final Set<String> OF_STATE = Set.of("FAMILY", "OUTSIDE", "NO_VTEP6");

  public HostFault {
    requireNonNull(kind, "kind");
    requireNonNull(object, "object");
    requireNonNull(overlay, "overlay");
    requireNonNull(peer, "peer");
    requireNonNull(code, "code");
    requireNonNull(reason, "reason");
  }

  /** Whether it may pass by itself; else it lasts until another state comes. */
  public boolean mayPass() {
    return !OF_STATE.contains(code);
  }
}
