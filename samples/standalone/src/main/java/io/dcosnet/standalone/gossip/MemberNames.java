// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The names that members give themselves, for people who know no ids.
 *
 * <p><b>Thread-safe.</b>
 */
public final class MemberNames {

  private final Map<NodeId, String> names = new TreeMap<>(); // guarded by this
  private final Supplier<NodeId> self;
  private final String ownName;

  /**
   * Knows one name.
   *
   * @param self asked each time: a node that finds its identity cloned takes another
   */
  public MemberNames(Supplier<NodeId> self, String ownName) {
    this.self = self;
    this.ownName = ownName;
  }

  /** Takes note of what an event tells. */
  public synchronized void note(GossipEvent event) {
    if (event instanceof MemberChanged changed) {
      if (changed.after() == null) {
        names.remove(changed.id());
      } else {
        names.put(changed.id(), changed.profile().name());
      }
    }
  }

  /** The name of a member, or its id while that is all that is known. */
  public synchronized String of(NodeId id) {
    return id.equals(self.get()) ? ownName : names.getOrDefault(id, id.toString());
  }

  /** Who is meant by a name or an id; of several with one name the one with the lowest id. */
  public synchronized Optional<NodeId> find(String nameOrId) {
    Optional<NodeId> named =
        names.entrySet().stream()
            .filter(entry -> entry.getValue().equals(nameOrId))
            .map(Map.Entry::getKey)
            .min(Comparator.naturalOrder());
    if (named.isPresent()) {
      return named;
    }
    if (nameOrId.equals(ownName)) {
      return Optional.of(self.get());
    }
    try {
      return Optional.of(NodeId.parse(nameOrId))
          .filter(id -> names.containsKey(id) || id.equals(self.get()));
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }
}
