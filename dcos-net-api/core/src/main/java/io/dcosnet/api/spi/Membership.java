// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Which nodes there are and which of them live.
 *
 * <p><b>Thread-safe.</b>
 */
public interface Membership {

  /** This node. */
  Member local();

  /** All known members, the local one and the dead among them; a snapshot. */
  Collection<Member> members();

  Optional<Member> byId(NodeId id);

  /**
   * The member whose endpoint or {@link Member#META_AGENT_ADDRESS} this is. Where several used it:
   * a living one before a suspect, a suspect before the rest, then the one of the newest state.
   */
  Optional<Member> byAddress(IpAddress address);

  /**
   * Delivers all members as additions first, then every change, in order, on {@code executor}, one
   * call at a time. A slow listener gets several changes of a member merged into one. What it
   * throws is logged and ends nothing.
   */
  Subscription subscribe(Executor executor, Consumer<List<Change<Member>>> listener);
}
