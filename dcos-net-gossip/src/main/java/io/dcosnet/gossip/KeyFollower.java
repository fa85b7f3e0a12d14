// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.key.KeyPresence;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.view.MemberView;
import io.dcosnet.gossip.view.Metadata;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Ties a key ring to a running node: tells the ring what the members have, and the node when the
 * ring changes. <b>Thread-safe.</b>
 */
final class KeyFollower {

  private final KeyRing ring;
  private final MemberView view;
  private final Runnable changed;
  private @Nullable Subscription subscription;

  KeyFollower(KeyRing ring, MemberView view, Runnable changed) {
    this.ring = ring;
    this.view = view;
    this.changed = changed;
  }

  synchronized void start() {
    ring.census(this::living);
    subscription = ring.onChange(changed);
  }

  synchronized void stop() {
    Subscription following = subscription;
    if (following != null) {
      following.close();
      subscription = null;
    }
  }

  private Map<String, Optional<KeyPresence>> living() {
    NodeId self = view.local().id();
    Map<String, Optional<KeyPresence>> living = new TreeMap<>();
    for (Member member : view.members()) {
      boolean lives = member.state() == State.ALIVE || member.state() == State.SUSPECT;
      if (lives && !member.id().equals(self)) {
        // Names need not be unique.
        String name = member.metadata().getOrDefault(Metadata.NAME, "") + " (" + member.id() + ")";
        living.put(name, presence(member));
      }
    }
    return living;
  }

  private static Optional<KeyPresence> presence(Member member) {
    String text = member.metadata().get(Metadata.KEYS);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(KeyPresence.parse(text));
    } catch (DecodeException e) {
      return Optional.empty(); // as good as if it told nothing: it does not have the key for sure
    }
  }
}
