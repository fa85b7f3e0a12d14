// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.MasterStatus.FrozenId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds ids that two hosts have, as after the disk of one was cloned: such an id registers from two
 * addresses in turn. It is then held at the first one until only one of them has been heard of for
 * a while.
 *
 * <p><b>Confined to</b> one thread; knows no clock.
 */
final class IdentityWatch {

  /** So many changes of address within {@link #WINDOW} are no move any more. */
  static final int MAX_SWITCHES = 2;

  /** As for the switches, so for the silence after which an id may move again. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  /** Addresses of one id that are remembered; more of them change nothing. */
  private static final int MAX_ADDRESSES = 16;

  /** What is known of an id that changed its address lately. */
  private static final class Track {
    private final IpAddress first;
    private final Deque<Long> switches = new ArrayDeque<>();
    private final Map<IpAddress, Long> heard = new LinkedHashMap<>();
    private IpAddress current;
    private boolean frozen;

    Track(IpAddress first) {
      this.first = first;
      this.current = first;
    }

    /** Returns true for an address that was not known. */
    boolean hear(IpAddress ip, long nanos) {
      boolean isNew = heard.remove(ip) == null;
      heard.put(ip, nanos);
      if (heard.size() > MAX_ADDRESSES) {
        heard.remove(heard.keySet().iterator().next());
      }
      return isNew;
    }

    boolean isOnlyOne(IpAddress ip, long nanos) {
      return heard.keySet().stream()
          .allMatch(other -> other.equals(ip) || !isHeardOf(other, nanos));
    }

    boolean isOver(long nanos) {
      if (frozen) {
        return heard.keySet().stream().filter(ip -> isHeardOf(ip, nanos)).count() <= 1;
      }
      switches.removeIf(at -> nanos - at >= WINDOW.toNanos());
      return switches.isEmpty();
    }

    private boolean isHeardOf(IpAddress ip, long nanos) {
      return nanos - heard.getOrDefault(ip, nanos) < WINDOW.toNanos();
    }
  }

  private final Map<NodeId, Track> tracks = new HashMap<>();
  private long freezes;
  private long version;

  /**
   * An id registers from an address.
   *
   * @param recorded the address that it has by the store
   * @param nanos monotonic time
   * @return the address that the id is held at, if it may not have this one
   */
  Optional<IpAddress> judge(NodeId agent, IpAddress ip, Optional<IpAddress> recorded, long nanos) {
    Track track = tracks.get(agent);
    if (track != null && isOver(track, ip, nanos)) {
      forget(agent);
      track = null;
    }
    if (track == null) {
      if (recorded.isEmpty() || recorded.get().equals(ip)) {
        return Optional.empty();
      }
      track = new Track(recorded.get());
      track.hear(recorded.get(), nanos);
      tracks.put(agent, track);
    }
    if (track.hear(ip, nanos) && track.frozen) {
      version++;
    }
    if (!track.frozen && !ip.equals(track.current)) {
      track.current = ip;
      track.switches.add(nanos);
      if (track.switches.size() >= MAX_SWITCHES) {
        track.frozen = true;
        freezes++;
        version++;
      }
    }
    return track.frozen && !ip.equals(track.first) ? Optional.of(track.first) : Optional.empty();
  }

  private static boolean isOver(Track track, IpAddress ip, long nanos) {
    return track.frozen ? track.isOnlyOne(ip, nanos) : track.isOver(nanos);
  }

  /** Forgets ids of which at most one host was heard of for a while; call it now and then. */
  void age(long nanos) {
    tracks.entrySet().stream()
        .filter(entry -> entry.getValue().isOver(nanos))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::forget);
  }

  /** Grows whenever {@link #frozen} changes. */
  long version() {
    return version;
  }

  /** Ids that are held now, sorted. */
  List<FrozenId> frozen() {
    return tracks.entrySet().stream()
        .filter(entry -> entry.getValue().frozen)
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                new FrozenId(
                    entry.getKey(),
                    entry.getValue().first,
                    List.copyOf(entry.getValue().heard.keySet())))
        .toList();
  }

  /** How often an id was found at two addresses. */
  long freezes() {
    return freezes;
  }

  /** A person has sorted it out, or the agent was deleted. */
  void forget(NodeId agent) {
    Track track = tracks.remove(agent);
    if (track != null && track.frozen) {
      version++;
    }
  }

  /** Nothing is known any more. */
  void clear() {
    tracks.clear();
    version++;
  }
}
