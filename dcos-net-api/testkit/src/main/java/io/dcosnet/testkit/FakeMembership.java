// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A {@link Membership} that believes what the test says.
 *
 * <p><b>Thread-safe.</b>
 */
public final class FakeMembership implements Membership {

  private static final Comparator<Member> BEST_FIRST =
      Comparator.comparing((Member member) -> member.state() != State.ALIVE)
          .thenComparing(member -> member.state() != State.SUSPECT)
          .thenComparing(Member::since, Comparator.reverseOrder());

  private final NodeId local;
  private final TimeSource time;

  // Guards the fields below and what the watchers were told; no foreign code runs in it.
  private final Object lock = new Object();
  private Map<NodeId, Member> members = Map.of();
  private final List<Watcher> watchers = new ArrayList<>();

  /** A cluster of one living node. */
  public FakeMembership(NodeId local, HostPort endpoint, TimeSource time) {
    this.local = requireNonNull(local, "local");
    this.time = requireNonNull(time, "time");
    put(local, endpoint, Map.of());
  }

  /** Lets a node join alive, or changes where and what it is. */
  public void put(NodeId id, HostPort endpoint, Map<String, String> metadata) {
    put(new Member(id, endpoint, State.ALIVE, now(), metadata));
  }

  /** Sets all of a member. */
  public void put(Member member) {
    change(all -> all.put(member.id(), member));
  }

  /**
   * Changes what is believed of a member, from now on.
   *
   * @throws IllegalArgumentException for one that nobody knows
   */
  public void state(NodeId id, State state) {
    change(
        all -> {
          Member before = all.get(id);
          if (before == null) {
            throw new IllegalArgumentException("no member " + id);
          }
          if (before.state() != state) {
            all.put(id, new Member(id, before.endpoint(), state, now(), before.metadata()));
          }
        });
  }

  /** Forgets a member, as after a long absence. */
  public void remove(NodeId id) {
    if (id.equals(local)) {
      throw new IllegalArgumentException("the local node cannot be forgotten");
    }
    change(all -> all.remove(id));
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  private void change(Consumer<Map<NodeId, Member>> changing) {
    List<Watcher> awake = new ArrayList<>();
    synchronized (lock) {
      Map<NodeId, Member> next = new TreeMap<>(members);
      changing.accept(next);
      members = next;
      for (Watcher watcher : watchers) {
        if (!watcher.awake) {
          watcher.awake = true;
          awake.add(watcher);
        }
      }
    }
    awake.forEach(Watcher::wake);
  }

  @Override
  public Member local() {
    return byId(local).orElseThrow();
  }

  @Override
  public Collection<Member> members() {
    synchronized (lock) {
      return List.copyOf(members.values());
    }
  }

  @Override
  public Optional<Member> byId(NodeId id) {
    synchronized (lock) {
      return Optional.ofNullable(members.get(id));
    }
  }

  @Override
  public Optional<Member> byAddress(IpAddress address) {
    String text = address.toString();
    return members().stream()
        .filter(
            member ->
                member.endpoint().address().equals(address)
                    || text.equals(member.metadata().get(Member.META_AGENT_ADDRESS)))
        .min(BEST_FIRST);
  }

  @Override
  public Subscription subscribe(Executor executor, Consumer<List<Change<Member>>> listener) {
    Watcher watcher = new Watcher(executor, listener);
    synchronized (lock) {
      watchers.add(watcher);
    }
    watcher.wake();
    return () -> {
      synchronized (lock) {
        watchers.remove(watcher);
        watcher.closed = true;
      }
    };
  }

  private final class Watcher {
    private final Executor executor;
    private final Consumer<List<Change<Member>>> listener;
    private Map<NodeId, Member> told = Map.of();
    private boolean awake = true;
    private boolean closed;

    Watcher(Executor executor, Consumer<List<Change<Member>>> listener) {
      this.executor = executor;
      this.listener = listener;
    }

    void wake() {
      executor.execute(this::deliver);
    }

    private void deliver() {
      List<Change<Member>> changes = new ArrayList<>();
      Map<NodeId, Member> now;
      synchronized (lock) {
        if (closed) {
          return;
        }
        now = members;
        Map<NodeId, Member> either = new LinkedHashMap<>(told);
        either.putAll(now);
        for (NodeId id : either.keySet()) {
          if (!Objects.equals(told.get(id), now.get(id))) {
            changes.add(new Change<>(told.get(id), now.get(id)));
          }
        }
        told = now;
      }
      try {
        if (!changes.isEmpty()) {
          listener.accept(List.copyOf(changes));
        }
      } catch (RuntimeException | AssertionError e) {
        System.err.println("a listener of FakeMembership failed: " + e);
      } finally {
        boolean more;
        synchronized (lock) {
          more = !closed && members != now;
          awake = more;
        }
        if (more) {
          wake();
        }
      }
    }
  }
}
