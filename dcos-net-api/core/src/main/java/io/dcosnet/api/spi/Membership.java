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

  /** The member at this address; the living one where several used it. */
  Optional<Member> byAddress(IpAddress address);

  /** Delivers changes in order, on {@code executor}, one call at a time. */
  Subscription subscribe(Executor executor, Consumer<List<Change<Member>>> listener);
}
