// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.member;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;

/** Who says that a member is gone, and by which evidence. <b>Immutable.</b> */
public record Accusation(NodeId accuser, Grade grade) {

  public Accusation {
    requireNonNull(accuser, "accuser");
    requireNonNull(grade, "grade");
  }
}
