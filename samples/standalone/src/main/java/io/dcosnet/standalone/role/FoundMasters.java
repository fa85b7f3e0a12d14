// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.standalone.config.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where members of the cluster give addresses on overlays, as they say themselves. One that is dead
 * stays: it may be this node that is cut off from it.
 *
 * <p><b>Thread-safe.</b>
 */
final class FoundMasters {

  private static final Logger LOGGER = LoggerFactory.getLogger(FoundMasters.class);

  private record Found(NodeId member, URI url, boolean lives) {}

  private final Runnable changed;
  private volatile Subscription following = () -> {};
  private final Map<NodeId, Found> masters = new LinkedHashMap<>(); // guarded by this

  /**
   * @param changed told when another one is there, or one is back
   */
  private FoundMasters(Runnable changed) {
    this.changed = changed;
  }

  /** Follows the members until it is closed, or they are followed no more. */
  static FoundMasters among(Membership members, Executor executor, Runnable changed) {
    FoundMasters found = new FoundMasters(changed);
    found.following = members.subscribe(executor, found::note);
    return found;
  }

  /** Tells of nobody any more; what was found stays. */
  void close() {
    following.close();
  }

  private void note(List<Change<Member>> changes) {
    boolean isNew = false;
    for (Change<Member> change : changes) {
      isNew |= note(change.latest().id(), change.after());
    }
    if (isNew) {
      changed.run();
    }
  }

  private synchronized boolean note(NodeId id, @Nullable Member now) {
    URI url = now == null || now.state() == Member.State.LEFT ? null : url(now);
    if (url == null || now == null) {
      masters.remove(id);
      return false;
    }
    Found found = new Found(id, url, now.state().lives());
    return !found.equals(masters.put(id, found)) && found.lives();
  }

  private static @Nullable URI url(Member member) {
    String text = member.metadata().get(OwnMetadata.OVERLAY_MASTER);
    try {
      return text == null ? null : Kind.readUrl(text);
    } catch (IllegalArgumentException e) {
      LOGGER.warn("member {} says to give addresses on overlays at {}", member.id(), text);
      return null;
    }
  }

  /** Those that live first; equal members give equal lists. */
  synchronized List<URI> urls() {
    List<Found> all = new ArrayList<>(masters.values());
    all.sort(Comparator.comparing((Found one) -> !one.lives()).thenComparing(Found::member));
    return all.stream().map(Found::url).distinct().toList();
  }
}
