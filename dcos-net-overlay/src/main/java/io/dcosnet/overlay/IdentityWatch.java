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

    void hear(IpAddress ip, long nanos) {
      heard.remove(ip);
      heard.put(ip, nanos);
      if (heard.size() > MAX_ADDRESSES) {
        heard.remove(heard.keySet().iterator().next());
      }
    }

    boolean isOnlyOne(IpAddress ip, long nanos) {
      return heard.entrySet().stream()
          .allMatch(
              other -> other.getKey().equals(ip) || nanos - other.getValue() >= WINDOW.toNanos());
    }
  }

  private final Map<NodeId, Track> tracks = new HashMap<>();
  private long freezes;

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
      tracks.remove(agent);
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
    track.hear(ip, nanos);
    if (!track.frozen && !ip.equals(track.current)) {
      track.current = ip;
      track.switches.add(nanos);
      if (track.switches.size() >= MAX_SWITCHES) {
        track.frozen = true;
        freezes++;
      }
    }
    return track.frozen && !ip.equals(track.first) ? Optional.of(track.first) : Optional.empty();
  }

  private static boolean isOver(Track track, IpAddress ip, long nanos) {
    if (track.frozen) {
      return track.isOnlyOne(ip, nanos);
    }
    track.switches.removeIf(at -> nanos - at >= WINDOW.toNanos());
    return track.switches.isEmpty();
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
    tracks.remove(agent);
  }

  /** Nothing is known any more. */
  void clear() {
    tracks.clear();
  }
}
