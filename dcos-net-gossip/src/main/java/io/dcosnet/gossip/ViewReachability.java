// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.view.MemberView;
import io.dcosnet.gossip.view.Seen;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Answers from the view of the members. */
final class ViewReachability implements Reachability {

  private final MemberView view;

  ViewReachability(MemberView view) {
    this.view = view;
  }

  @Override
  public boolean isRoutable(NodeId id) {
    Seen seen = view.seen(id);
    return seen != null && seen.isRoutable();
  }

  @Override
  public boolean isDirect(NodeId id) {
    Seen seen = view.seen(id);
    return seen != null && seen.member().state() == State.ALIVE && !seen.impaired();
  }

  @Override
  public <T> List<T> filterRoutable(Collection<T> candidates, Function<T, NodeId> node) {
    List<T> routable =
        candidates.stream().filter(candidate -> isRoutable(node.apply(candidate))).toList();
    return routable.isEmpty() ? List.copyOf(candidates) : routable;
  }
}
