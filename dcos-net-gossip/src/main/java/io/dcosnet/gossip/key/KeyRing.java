// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a cluster as this node has them: one primary, which seals what it sends, and others,
 * which open what it gets.
 *
 * <p>A key is changed in three steps, each on any one node: {@link #install} the new one, {@link
 * #use} it when all have it, {@link #remove} the old one. Each step travels to all nodes by itself;
 * one that was away gets it from any member with which it still shares a key.
 *
 * <p><b>Thread-safe.</b> Changes are written to the file, if there is one, before they count.
 */
public final class KeyRing implements KeyState {

  /** Most keys of a ring. */
  public static final int MAX_KEYS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

  private static final int SHOWN_NAMES = 5;

  private final @Nullable KeyRingFile file;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile KeyCensus census = Map::of;
  private volatile View view;

  /** What the keys are at one moment, ready for look-ups. */
  private static final class View {
    final RingState state;
    final @Nullable GossipKey[] byId = new GossipKey[256];
    final GossipKey primary;
    final List<Integer> ids;

    View(RingState state) {
      this.state = state;
      SortedMap<Integer, GossipKey> keys = state.keys();
      keys.forEach((id, key) -> byId[id] = key);
      this.primary = state.choice().key();
      this.ids = List.copyOf(keys.keySet());
    }
  }

  private KeyRing(@Nullable KeyRingFile file, RingState state) {
    this.file = file;
    this.view = new View(state);
  }

  /** A ring of one key, kept in memory only. */
  public static KeyRing of(GossipKey primary) {
    return new KeyRing(null, RingState.of(primary));
  }

  /**
   * The ring in this file. Without the file it begins with {@code first}; with it, all that the
   * cluster decided since stays, and {@code first} is added only when nothing is known of its id.
   *
   * @throws DcosNetException when the file cannot be used, or others can read it
   */
  public static KeyRing open(Path file, GossipKey first) {
    KeyRingFile kept = new KeyRingFile(file);
    Optional<RingState> known = kept.load();
    RingState state = known.map(k -> beginAgain(file, k, first)).orElse(RingState.of(first));
    if (!known.equals(Optional.of(state))) {
      kept.save(state);
    }
    return new KeyRing(kept, state);
  }

  private static RingState beginAgain(Path file, RingState known, GossipKey first) {
    RingState.Entry entry = known.entries().get(first.id());
    if (entry == null) {
      return known.withOldest(first);
    }
    Bytes secret = entry.secret();
    if (entry.stamp() == 0 && secret != null && !first.secret().equals(secret)) {
      throw new DcosNetException(
          "%s: holds another key %d than the configured one; delete it if that one is right"
              .formatted(file, first.id()));
    }
    return known;
  }

  /**
   * Makes a key known without using it. Nothing happens when it is known already.
   *
   * @throws IllegalStateException when the ring is full, or another key has its id
   */
  public void install(GossipKey key) {
    change(
        state -> {
          SortedMap<Integer, GossipKey> keys = state.keys();
          GossipKey known = keys.get(key.id());
          if (key.equals(known)) {
            return state;
          }
          if (known != null) {
            throw new IllegalStateException(
                "key %d: another key has this id; take a free one".formatted(key.id()));
          }
          if (keys.size() >= MAX_KEYS) {
            throw new IllegalStateException(
                "key %d: the ring has %d keys (expected: at most %d); remove one first"
                    .formatted(key.id(), keys.size(), MAX_KEYS));
          }
          return state.with(key.id(), key.secret());
        });
  }

  /**
   * Makes a known key the one that seals.
   *
   * @throws IllegalArgumentException when no key has this id
   * @throws IllegalStateException when a living member lacks it, and would hear nobody any more
   */
  public void use(int id) {
    key(id);
    List<String> without = members(presence -> !presence.map(p -> p.has(id)).orElse(false));
    if (!without.isEmpty()) {
      throw new IllegalStateException(
          "key %d: not all living members have it yet: %s".formatted(id, shown(without)));
    }
    useAnyway(id);
  }

  /**
   * As {@link #use}, though members may lack the key. Those hear nobody until they get it.
   *
   * @throws IllegalArgumentException when no key has this id
   */
  public void useAnyway(int id) {
    change(
        state -> {
          GossipKey key = known(state.keys().get(id), id);
          return key.equals(state.choice().key()) ? state : state.choosing(key);
        });
  }

  /**
   * Forgets a key that does not seal. What is sealed with it is not opened any more.
   *
   * @throws IllegalArgumentException when no key has this id
   * @throws IllegalStateException when this node or a living member seals with it
   */
  public void remove(int id) {
    key(id);
    List<String> users = members(presence -> presence.map(p -> p.primary() == id).orElse(false));
    if (!users.isEmpty()) {
      throw new IllegalStateException(
          "key %d: members still seal with it: %s".formatted(id, shown(users)));
    }
    change(
        state -> {
          GossipKey key = known(state.keys().get(id), id);
          if (state.choice().key().id() == id) {
            throw new IllegalStateException("%s: seals; use another one first".formatted(key));
          }
          return state.with(id, null);
        });
  }

  public GossipKey primary() {
    return view.primary;
  }

  /**
   * The key with this id, or null. One look-up without a lock; the same object as long as nothing
   * changes.
   */
  public @Nullable GossipKey find(int id) {
    return id < 1 || id > 255 ? null : view.byId[id];
  }

  /** Ids of all keys, ascending. */
  public List<Integer> ids() {
    return view.ids;
  }

  /** What this node tells others of its keys. */
  public KeyPresence presence() {
    View now = view;
    return new KeyPresence(now.ids, now.primary.id());
  }

  /** How far each key has come, as the members say. */
  public KeyRingStatus status() {
    View now = view;
    Map<String, Optional<KeyPresence>> living = census.living();
    List<KeyRingStatus.Spread> keys = new ArrayList<>();
    for (int id : now.ids) {
      boolean primary = id == now.primary.id();
      int has = 1;
      int use = primary ? 1 : 0;
      for (Optional<KeyPresence> presence : living.values()) {
        has += presence.isPresent() && presence.get().has(id) ? 1 : 0;
        use += presence.isPresent() && presence.get().primary() == id ? 1 : 0;
      }
      keys.add(new KeyRingStatus.Spread(id, primary, has, use));
    }
    return new KeyRingStatus(living.size() + 1, keys);
  }

  /** Tells the ring whom to ask what living members have; until then it knows of none. */
  public void census(KeyCensus census) {
    this.census = requireNonNull(census, "census");
  }

  /** Calls {@code listener} after each change, on the thread that made it. */
  public Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Bytes state() {
    return RingCodec.encode(view.state);
  }

  /** {@inheritDoc} When the file cannot be written, the change counts until the next start. */
  @Override
  public boolean merge(Bytes other) {
    RingState theirs = RingCodec.decode(other);
    synchronized (this) {
      RingState ours = view.state;
      RingState both = ours.join(theirs);
      if (both.equals(ours)) {
        return false;
      }
      try {
        save(both);
      } catch (DcosNetException e) {
        // Without the change this node would soon hear nobody: worse than to learn it twice.
        LOG.warn("Keys of the cluster changed, but could not be kept", e);
      }
      view = new View(both);
    }
    listeners.forEach(Runnable::run);
    return true;
  }

  private void change(UnaryOperator<RingState> step) {
    synchronized (this) {
      RingState before = view.state;
      RingState after = step.apply(before);
      if (after.equals(before)) {
        return;
      }
      save(after);
      view = new View(after);
    }
    listeners.forEach(Runnable::run);
  }

  private void save(RingState state) {
    if (file != null) {
      file.save(state);
    }
  }

  private GossipKey key(int id) {
    return known(find(id), id);
  }

  private static GossipKey known(@Nullable GossipKey key, int id) {
    if (key == null) {
      throw new IllegalArgumentException("key " + id + ": not in the ring; install it first");
    }
    return key;
  }

  private List<String> members(Predicate<Optional<KeyPresence>> which) {
    return census.living().entrySet().stream()
        .filter(member -> which.test(member.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static String shown(List<String> names) {
    String some = String.join(", ", names.subList(0, Math.min(names.size(), SHOWN_NAMES)));
    return names.size() > SHOWN_NAMES
        ? some + " and " + (names.size() - SHOWN_NAMES) + " more"
        : some;
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "keys " + presence();
  }
}
