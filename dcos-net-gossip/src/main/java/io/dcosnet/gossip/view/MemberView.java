// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.LinkImpaired;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Profile;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members as a node sees them, for its host. One thread hands in events and then calls {@link
 * #publish}; that swaps an immutable snapshot, so that readers never wait.
 *
 * <p><b>Thread-safe</b> for readers and listeners; {@link #self}, {@link #accept} and {@link
 * #publish} are for one thread.
 */
public final class MemberView implements Membership {

  private static final Logger LOGGER = LoggerFactory.getLogger(MemberView.class);

  private static final Comparator<Member> BEST_FIRST =
      Comparator.comparing((Member member) -> member.state() != State.ALIVE)
          .thenComparing(member -> member.state() != State.SUSPECT)
          .thenComparing(Member::since, Comparator.reverseOrder())
          .thenComparing(Member::id);

  private final TimeSource time;
  private final MetricsSink.Counter unreadable;
  private final List<MemberDelivery> deliveries = new CopyOnWriteArrayList<>();

  // Guards swapping the snapshot together with telling the deliveries what changed, so that a new
  // one neither misses a change nor gets it twice.
  private final Object lock = new Object();
  private volatile Snapshot snapshot = new Snapshot(null, Map.of());

  private final Map<NodeId, Seen> working = new HashMap<>();
  private final Set<NodeId> changed = new LinkedHashSet<>();
  private @Nullable NodeId selfId;

  /** A view of nobody. */
  public MemberView(TimeSource time, MetricsSink metrics) {
    this.time = requireNonNull(time, "time");
    this.unreadable =
        metrics.counter(
            "dcosnet.gossip.metadata.unreadable", "Metadata of members that could not be read");
  }

  /** All members at one moment. */
  private record Snapshot(@Nullable NodeId self, Map<NodeId, Seen> members) {}

  /** Says who this node is; what it was before is no member any more, unless that is told. */
  public void self(NodeId id, Profile profile) {
    NodeId before = selfId;
    if (before != null && !before.equals(id)) {
      working.remove(before);
      changed.add(before);
    }
    selfId = id;
    put(id, profile, State.ALIVE, List.of());
  }

  /** Takes what a core told, for the next {@link #publish}. */
  public void accept(GossipEvent event) {
    if (event instanceof MemberChanged change) {
      State after = change.after();
      if (after == null) {
        working.remove(change.id());
        changed.add(change.id());
      } else {
        put(change.id(), change.profile(), after, change.accusations());
      }
    } else if (event instanceof LinkImpaired link) {
      Seen seen = working.get(link.id());
      if (seen != null && seen.impaired() != link.impaired()) {
        working.put(link.id(), seen.impaired(link.impaired()));
        changed.add(link.id());
      }
    }
  }

  /**
   * Says how a member is shown, after the event that told of it.
   *
   * @param name with the short id, where another member owns the name
   * @param proven false when it was only heard of, and no traffic should go there yet
   */
  public void shown(NodeId id, String name, boolean proven) {
    Seen seen = working.get(id);
    if (seen != null) {
      Seen shown = seen.shown(name, proven);
      if (!shown.equals(seen)) {
        working.put(id, shown);
        changed.add(id);
      }
    }
  }

  private void put(NodeId id, Profile profile, State state, List<Accusation> accusations) {
    Seen before = working.get(id);
    Instant since =
        before != null && before.member().state() == state
            ? before.member().since()
            : Instant.ofEpochMilli(time.wallMillis());
    Map<String, String> metadata =
        before != null && before.profile().equals(profile)
            ? before.member().metadata()
            : metadata(id, profile);
    Member member = new Member(id, profile.address(), state, since, metadata);
    boolean impaired = before != null && before.impaired();
    boolean proven = before == null || before.proven();
    working.put(id, new Seen(member, profile, accusations, impaired, proven));
    changed.add(id);
  }

  private Map<String, String> metadata(NodeId id, Profile profile) {
    Map<String, String> metadata = new HashMap<>();
    try {
      metadata.putAll(Metadata.decode(profile.meta()));
    } catch (DecodeException e) {
      // Opaque to the protocol, so the member is a member all the same.
      unreadable.increment();
      LOGGER.debug("metadata of a member cannot be read member={} reason={}", id, e.getMessage());
    }
    metadata.put(Metadata.NAME, profile.name());
    return metadata;
  }

  /** Shows what was taken since the last call, and wakes the listeners. */
  public void publish() {
    if (changed.isEmpty()) {
      return;
    }
    Map<NodeId, Seen> next = Collections.unmodifiableMap(new HashMap<>(working));
    synchronized (lock) {
      Map<NodeId, Seen> last = snapshot.members();
      snapshot = new Snapshot(selfId, next);
      for (MemberDelivery delivery : deliveries) {
        for (NodeId id : changed) {
          delivery.offer(id, member(last.get(id)), member(next.get(id)));
        }
      }
    }
    changed.clear();
    deliveries.forEach(MemberDelivery::schedule);
  }

  private static @Nullable Member member(@Nullable Seen seen) {
    return seen == null ? null : seen.member();
  }

  /** What is known of a member beyond what {@link Member} has room for. */
  public @Nullable Seen seen(NodeId id) {
    return snapshot.members().get(id);
  }

  /** All of that, in no order; a snapshot. */
  public Collection<Seen> all() {
    return snapshot.members().values();
  }

  /**
   * This node.
   *
   * @throws IllegalStateException before it was started
   */
  @Override
  public Member local() {
    Snapshot now = snapshot;
    Seen self = now.self() == null ? null : now.members().get(now.self());
    if (self == null) {
      throw new IllegalStateException("the node is not started yet (start it first)");
    }
    return self.member();
  }

  @Override
  public Collection<Member> members() {
    return snapshot.members().values().stream().map(Seen::member).toList();
  }

  @Override
  public Optional<Member> byId(NodeId id) {
    return Optional.ofNullable(member(seen(id)));
  }

  @Override
  public Optional<Member> byAddress(IpAddress address) {
    String text = address.toString();
    return snapshot.members().values().stream()
        .map(Seen::member)
        .filter(
            member ->
                member.endpoint().address().equals(address)
                    || text.equals(member.metadata().get(Member.META_AGENT_ADDRESS)))
        .min(BEST_FIRST);
  }

  @Override
  public Subscription subscribe(Executor executor, Consumer<List<Change<Member>>> listener) {
    MemberDelivery delivery = new MemberDelivery(executor, listener);
    synchronized (lock) {
      snapshot.members().forEach((id, seen) -> delivery.offer(id, null, seen.member()));
      deliveries.add(delivery);
    }
    delivery.schedule();
    return () -> {
      deliveries.remove(delivery);
      delivery.close();
    };
  }
}
