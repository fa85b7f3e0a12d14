// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one state true: devices, settings, filters, then what leads to other hosts; what nobody
 * wants any more goes last, in reverse. <b>Not thread-safe</b>, made for one use.
 */
final class Pass {

  private final Kernel kernel;
  private final DesiredState state;
  private final Filtering filtering;
  private final Steps steps;
  private NetlinkConfig config;
  private boolean readAgain;
  private @Nullable Map<Object, NodeId> peers;

  /**
   * One that has done nothing yet.
   *
   * @param filtering what is known of the filters
   * @param told whether the lines of {@link Steps} are wanted
   */
  Pass(Kernel kernel, DesiredState state, NetlinkConfig config, Filtering filtering, boolean told) {
    this.kernel = kernel;
    this.state = state;
    this.config = config;
    this.filtering = filtering;
    this.steps = new Steps(kernel, told);
  }

  /**
   * What is so then.
   *
   * @param wanted of what leads to other hosts
   * @param held of it, as far as it could be done
   * @param config the one that was used, which may do with less than was asked for
   */
  record Result(Placed placed, Entries wanted, HeldEntries held, NetlinkConfig config) {}

  /** Is told what a pass finds out before it acts upon it. */
  interface Observer {

    /** Who needs to know nothing. */
    Observer NOBODY =
        new Observer() {
          @Override
          public void read(HeldEntries held) {}

          @Override
          public void wanted(Placed placed, Entries wanted) {}
        };

    /** This is what the kernel really holds. */
    void read(HeldEntries held);

    /** This is what it is to hold from now on. */
    void wanted(Placed placed, Entries wanted);
  }

  /**
   * Does all of it.
   *
   * @param known what the kernel holds, as far as it is certain
   * @param readFilters whether somebody else may have changed the filters
   */
  Result run(Optional<HeldEntries> known, boolean readFilters, Observer observer) {
    Devices devices = new Devices(kernel, steps, config);
    Placed placed = devices.make(state);
    Settings.apply(Settings.wanted(state, placed), placed.underlay(), kernel, steps);
    devices.address(state, placed);
    boolean filtered = !Filtering.spaces(state).isEmpty();
    if (filtered) {
      filtering.apply(state, kernel.filters(), steps, readFilters);
    }
    HeldEntries held = known.filter(entries -> !placed.touched()).orElse(null);
    if (held == null) {
      held = HeldEntries.read(kernel, tunnel(placed), config);
      observer.read(held);
    }
    Result result = entries(placed, held, observer);
    if (!filtered) {
      filtering.apply(state, kernel.filters(), steps, readFilters);
    }
    devices.removeSurplus(state);
    return result;
  }

  Steps steps() {
    return steps;
  }

  private static OptionalInt tunnel(Placed placed) {
    return placed.tunnel().stream().mapToInt(Link::index).findFirst();
  }

  private Result entries(Placed placed, HeldEntries held, Observer observer) {
    WantedEntries.Wanted wanted = WantedEntries.of(state, placed, config, held);
    observer.wanted(placed, wanted.entries());
    EntryDifference difference =
        EntryDifference.between(wanted.entries(), held, config, state.keepsOthers());
    int faults = steps.faults().size();
    Set<Object> refused = steps.run(difference.before(), this::peerOf);
    if (held.ours().hops().isEmpty() && isWithoutNextHops(difference.before(), faults)) {
      steps.faults().subList(faults, steps.faults().size()).clear();
      config = config.withoutNextHops();
      return entries(placed, after(held, difference.before(), refused), observer);
    }
    List<Step> routes = possible(difference.routes(), refused);
    refused.addAll(steps.run(routes, this::peerOf));
    if (!readAgain && isTaken(faults)) {
      readAgain = true;
      steps.faults().subList(faults, steps.faults().size()).clear();
      return entries(placed, HeldEntries.read(kernel, tunnel(placed), config), observer);
    }
    steps.faults().addAll(wanted.faults());
    difference.foreign().forEach(this::foreign);
    refused.addAll(steps.run(difference.removals(), this::peerOf));

    List<Step> all = new ArrayList<>(difference.before());
    all.addAll(routes);
    all.addAll(difference.removals());
    return new Result(placed, wanted.entries(), after(held, all, refused), config);
  }

  /** Whether somebody else has a number or a place that was free when it was looked at last. */
  private boolean isTaken(int faultsBefore) {
    return steps.faults().subList(faultsBefore, steps.faults().size()).stream()
        .anyMatch(
            fault ->
                fault.code().equals(Errno.EEXIST.name())
                    && (fault.kind() == HostObject.NEXT_HOP || fault.kind() == HostObject.ROUTE));
  }

  /**
   * Whether the kernel took not one next hop as it knows none. That it refuses a single one as
   * invalid may have a reason of its own.
   */
  private boolean isWithoutNextHops(List<Step> done, int faultsBefore) {
    long asked = done.stream().filter(step -> step.kind() == HostObject.NEXT_HOP).count();
    List<HostFault> fresh = steps.faults().subList(faultsBefore, steps.faults().size());
    return (refused(fresh, Errno.EOPNOTSUPP) == asked && asked > 0)
        || (refused(fresh, Errno.EINVAL) == asked && asked > 1);
  }

  private static long refused(List<HostFault> faults, Errno how) {
    return faults.stream()
        .filter(fault -> fault.kind() == HostObject.NEXT_HOP && fault.code().equals(how.name()))
        .count();
  }

  /** Those whose next hop is there: that the others are refused is one and the same fault. */
  private static List<Step> possible(List<Step> routes, Set<Object> refused) {
    Set<Integer> lost = new HashSet<>();
    for (Object object : refused) {
      if (object instanceof NextHop hop) {
        lost.add(hop.id());
      }
    }
    return lost.isEmpty()
        ? routes
        : routes.stream()
            .filter(step -> !(step.object() instanceof Route r && lost.contains(r.nextHop())))
            .toList();
  }

  private void foreign(Route wanted, Route there) {
    steps.fault(
        HostObject.ROUTE,
        steps.words().of(Change.ADD, wanted),
        Optional.empty(),
        peerOf(wanted),
        Steps.FOREIGN,
        "somebody else has a route there: " + steps.words().route(there));
  }

  /** Notes what was done; most changes are of one peer, and there may be thousands. */
  private HeldEntries after(HeldEntries held, List<Step> steps, Set<Object> refused) {
    for (Step step : steps) {
      if (!refused.contains(step.object())) {
        boolean removed = step.change() == Change.REMOVE;
        note(step.object(), removed, held.ours());
        if (step.object() instanceof NextHop hop && !removed) {
          held.hopIds().add(hop.id());
        }
      }
    }
    return state.keepsOthers() ? held : held.withoutSurplus();
  }

  private static void note(Object object, boolean removed, Entries target) {
    if (object instanceof ForwardingEntry entry) {
      note(entry.mac(), entry, removed, target.forwarding());
    } else if (object instanceof Neighbour neighbour) {
      note(neighbour.address(), neighbour, removed, target.neighbours());
    } else if (object instanceof NextHop hop) {
      hop.gateway().ifPresent(gateway -> note(gateway, hop, removed, target.hops()));
    } else if (object instanceof Route route) {
      note(Place.of(route), route, removed, target.routes());
    } else if (object instanceof Rule rule) {
      boolean unused = removed ? target.rules().remove(rule) : target.rules().add(rule);
    }
  }

  private static <K, V> void note(K key, V value, boolean removed, Map<K, V> target) {
    if (!removed) {
      target.put(key, value);
    } else if (value.equals(target.get(key))) { // else another one stands in its place
      target.remove(key);
    }
  }

  /** Whom an object concerns; looked up rarely, so only then prepared. */
  private Optional<NodeId> peerOf(Object object) {
    Map<Object, NodeId> known = peers;
    if (known == null) {
      known = new HashMap<>();
      for (Peer peer : state.peers()) {
        known.put(peer.mac(), peer.agent());
        known.put(peer.vtep(), peer.agent());
        known.put(peer.ip(), peer.agent());
        if (peer.vtep6().isPresent()) {
          known.put(peer.vtep6().get(), peer.agent());
        }
        for (Object subnet : peer.subnets()) {
          known.put(subnet, peer.agent());
        }
      }
      peers = known;
    }
    return Optional.ofNullable(known.get(key(object)));
  }

  private static Object key(Object object) {
    if (object instanceof ForwardingEntry entry) {
      return entry.mac();
    } else if (object instanceof Neighbour neighbour) {
      return neighbour.address();
    } else if (object instanceof NextHop hop && hop.gateway().isPresent()) {
      return hop.gateway().get();
    } else if (object instanceof Route route) {
      boolean host = route.destination().length() == route.destination().first().bitLength();
      return host ? route.destination().first() : route.destination();
    }
    return object;
  }
}
