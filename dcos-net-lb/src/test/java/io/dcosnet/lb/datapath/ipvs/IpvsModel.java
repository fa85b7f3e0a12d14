// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import io.dcosnet.linux.ipvs.IpvsTraffic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A model of what a kernel with IPVS does, in memory. <b>Not thread-safe.</b> */
final class IpvsModel implements IpvsHost {

  final Map<IpvsService.Key, Wanted> services = new TreeMap<>(IpvsModel::compare);
  final List<Step> done = new ArrayList<>();
  final List<Step> forgotten = new ArrayList<>();
  final Map<HostPort, Integer> active = new HashMap<>();
  Set<IpAddress> routed = Set.of();
  int looks;
  boolean closed;
  boolean restored;

  /** What it refuses for reasons of its own. */
  Predicate<Step> stubborn = step -> false;

  /** Services that must have a place for new clients after each step. */
  final Set<IpvsService.Key> watched = new HashSet<>();

  private static int compare(IpvsService.Key a, IpvsService.Key b) {
    int byEndpoint = a.endpoint().compareTo(b.endpoint());
    return byEndpoint != 0 ? byEndpoint : Integer.compare(a.protocol(), b.protocol());
  }

  @Override
  public Schedulers schedulers() {
    return new Schedulers(Set.of("wlc", "wrr", "mh"));
  }

  @Override
  public List<IpvsService> services() {
    looks++;
    return services.values().stream().map(Wanted::service).toList();
  }

  @Override
  public Wanted whole(IpvsService service) {
    return requireNonNull(services.get(service.key()));
  }

  @Override
  public List<Refused> change(List<Step> steps) {
    List<Refused> refused = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String reason = stubborn.test(step) ? "EINVAL" : tried(step);
      if (reason == null) {
        done.add(step);
      } else {
        refused.add(new Refused(i, !reason.equals("EINVAL"), reason));
      }
      for (IpvsService.Key key : watched) {
        assertThat(takesNew(key)).as("%s after %s of %s", key, step, steps).isTrue();
      }
    }
    return refused;
  }

  private boolean takesNew(IpvsService.Key key) {
    Wanted there = services.get(key);
    return there != null
        && there.destinations().values().stream().anyMatch(one -> one.weight() > 0);
  }

  private @Nullable String tried(Step step) {
    Wanted there = services.get(step.key());
    if (step instanceof Step.AddService add) {
      if (there != null) {
        return "EEXIST";
      }
      services.put(step.key(), new Wanted(add.service(), new TreeMap<>()));
      return null;
    }
    if (there == null) {
      return "ESRCH";
    }
    TreeMap<HostPort, IpvsDestination> destinations = new TreeMap<>(there.destinations());
    IpvsService service = there.service();
    if (step instanceof Step.SetService set) {
      service = set.service();
    } else if (step instanceof Step.DeleteService) {
      services.remove(step.key());
      return null;
    } else if (step instanceof Step.Add add) {
      if (destinations.putIfAbsent(add.destination().endpoint(), add.destination()) != null) {
        return "EEXIST";
      }
    } else if (step instanceof Step.Set set) {
      if (destinations.replace(set.destination().endpoint(), set.destination()) == null) {
        return "ENOENT";
      }
    } else if (step instanceof Step.Delete delete
        && destinations.remove(delete.endpoint()) == null) {
      return "ENOENT";
    }
    services.put(step.key(), new Wanted(service, destinations));
    return null;
  }

  @Override
  public void forget(List<Step> removed) {
    forgotten.addAll(removed);
  }

  @Override
  public Map<IpAddress, String> route(Collection<IpAddress> addresses, boolean readBack) {
    routed = Set.copyOf(addresses);
    return Map.of();
  }

  @Override
  public List<String> prepare(boolean ipv6) {
    return List.of();
  }

  @Override
  public List<String> restore() {
    restored = true;
    return List.of();
  }

  @Override
  public List<IpvsSocket.Destination> destinations(IpvsService.Key key) {
    Wanted there = services.get(key);
    return there == null
        ? List.of()
        : there.destinations().values().stream()
            .map(
                one ->
                    new IpvsSocket.Destination(
                        one, active.getOrDefault(one.endpoint(), 0), 0, IpvsTraffic.NONE))
            .toList();
  }

  @Override
  public Optional<IpvsTraffic> traffic(IpvsService.Key key) {
    return Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
  }
}
