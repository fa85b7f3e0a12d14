// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Wants;
import java.util.Optional;

/**
 * An agent asks for its addresses, or says that it is still there. <b>Immutable.</b>
 *
 * @param ip its own address on the underlay
 * @param held what it has by its own disk, from which a master that has lost its store builds it
 *     anew; empty for a new agent
 * @param revision of {@code held}; 0 without
 * @param hash {@link Assignment#hash} of what it works by, to which a master that agrees answers
 *     {@link RegisterAnswer.Unchanged}; empty to be told everything
 */
public record RegisterRequest(
    NodeId agent,
    IpAddress ip,
    Wants wants,
    Optional<AgentRecord> held,
    long revision,
    String hash) {

  public RegisterRequest {
    requireNonNull(agent, "agent");
    requireNonNull(ip, "ip");
    requireNonNull(wants, "wants");
    requireNonNull(held, "held");
    requireNonNull(hash, "hash");
  }

  /** Of an agent that has nothing yet. */
  public static RegisterRequest first(NodeId agent, IpAddress ip, Wants wants) {
    return new RegisterRequest(agent, ip, wants, Optional.empty(), 0, "");
  }

  /** Of an agent that works by this. */
  public static RegisterRequest holding(
      NodeId agent, IpAddress ip, Wants wants, Assignment assignment) {
    return new RegisterRequest(
        agent,
        ip,
        wants,
        Optional.of(assignment.record()),
        assignment.revision(),
        assignment.hash());
  }
}
