// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.net.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Whom traffic may be sent to, a finer question than who lives.
 *
 * <p><b>Thread-safe.</b>
 */
public interface Reachability {

  /** ALIVE, or SUSPECT on the word of one accuser whose probes got no answer. */
  boolean isRoutable(NodeId id);

  /** Whether our own datagrams reach it, not only those of others. */
  boolean isDirect(NodeId id);

  /**
   * Those whose node is routable; all of them when it is none, since a wrong verdict of ours must
   * not cut everything off.
   */
  <T> List<T> filterRoutable(Collection<T> candidates, Function<T, NodeId> node);
}
