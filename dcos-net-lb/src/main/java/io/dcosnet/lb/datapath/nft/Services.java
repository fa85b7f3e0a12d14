// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.kernel.Deadlines;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The services of the newest table and what they mean for the kernel, which it knows without asking
 * the kernel: its work follows the change, but for comparing references. <b>Not thread-safe.</b>
 */
final class Services {

  private final Followed followed;
  private final Map<Frontend, Known> known = new HashMap<>();
  private final Map<IpAddress, Integer> addressUse = new HashMap<>();
  private final Map<Chain, Integer> chainUse = new HashMap<>();
  private final Set<Frontend> withDeadlines = new HashSet<>();
  private Map<Frontend, Set<HostPort>> suspects = new HashMap<>();
  private Set<IpAddress> own = Set.of();
  private boolean first = true;
  private VipTable newest = VipTable.EMPTY;

  /** Of those that are not served. */
  private final Map<Frontend, Outcome> unserved = new HashMap<>();

  Services(Followed followed) {
    this.followed = followed;
  }

  /**
   * Addresses that are to be looked at again, as they became this node's own, or are not any more.
   */
  private Set<IpAddress> reconsidered = Set.of();

  /** Says which addresses links of this node have, from the next table on. */
  void ownAddresses(Set<IpAddress> addresses) {
    if (!addresses.equals(own)) {
      Set<IpAddress> changed = new HashSet<>(addresses);
      changed.addAll(own);
      changed.removeIf(address -> own.contains(address) && addresses.contains(address));
      changed.addAll(reconsidered);
      reconsidered = changed;
      own = addresses;
    }
  }

  /**
   * Takes a table to be the newest.
   *
   * @param nowNanos on the clock of the drains of its targets
   * @return what changes in the kernel
   */
  Difference learn(VipTable table, long nowNanos) {
    Step step = new Step();
    Alike alike = new Alike(newest, table);
    for (Service service : table.services().values()) {
      if (alike.has(service) && reconsidered.isEmpty()) {
        continue;
      }
      Known before = known.get(service.frontend());
      IpAddress address = service.frontend().endpoint().address();
      if (isOther(before, service) || reconsidered.contains(address)) {
        step.change(before, Known.of(service, nowNanos, own.contains(address)));
      }
    }
    reconsidered = Set.of();
    if (known.size() > table.services().size()) {
      List<Known> gone = new ArrayList<>();
      for (Known each : known.values()) {
        if (!table.services().containsKey(each.frontend())) {
          gone.add(each);
        }
      }
      gone.forEach(each -> step.change(each, null));
    }
    newest = table;
    expire(nowNanos);
    first = false;
    return step.difference();
  }

  @SuppressWarnings("ReferenceEquality") // as tables promise
  private static boolean isOther(@Nullable Known before, Service service) {
    return before == null || before.service() != service;
  }

  /**
   * Two tables that are alike mostly have their services in the same order, which saves looking for
   * each; one that came or went puts the others off by one.
   */
  private static final class Alike {
    private final VipTable before;
    private final VipTable after;
    private final Iterator<Service> services;
    private @Nullable Service expected;

    Alike(VipTable before, VipTable after) {
      this.before = before;
      this.after = after;
      services = before.services().values().iterator();
      advance();
    }

    private void advance() {
      expected = services.hasNext() ? services.next() : null;
    }

    /** Whether the next service of the later table is surely the same in the other one. */
    @SuppressWarnings("ReferenceEquality") // as tables promise
    boolean has(Service service) {
      while (expected != null && expected != service && isGone(expected)) {
        advance();
      }
      boolean same = expected == service;
      if (same || (expected != null && before.services().containsKey(service.frontend()))) {
        advance(); // one that came takes no place of those that were there
      }
      return same;
    }

    private boolean isGone(Service service) {
      return !after.services().containsKey(service.frontend());
    }
  }

  /** What one table changes. */
  private final class Step {
    private final Contents before = new Contents();
    private final Contents after = new Contents();
    private final Set<IpAddress> addresses = new HashSet<>();

    /** One of them is null for a service that comes or goes. */
    void change(@Nullable Known from, @Nullable Known to) {
      Frontend frontend = requireNonNull(from == null ? to : from).frontend();
      IpAddress address = frontend.endpoint().address();
      if (addresses.add(address) && addressUse.containsKey(address)) {
        before.put(Part.addresses(address.isIpv4()), Layout.address(address));
      }
      if (from != null) {
        from.placing().addTo(before);
        count(from, -1);
        known.remove(frontend);
        unserved.remove(frontend);
        withDeadlines.remove(frontend);
      }
      if (to != null) {
        to.placing().addTo(after);
        count(to, 1);
        known.put(frontend, to);
        if (to.outcome().state() != State.SERVING) {
          unserved.put(frontend, to.outcome());
        }
        if (to.hasDeadlines()) {
          withDeadlines.add(frontend);
        }
      }
      suspect(frontend, from == null ? null : from.allowed(), to == null ? Set.of() : to.allowed());
      follow(frontend, from, to);
    }

    private void count(Known each, int one) {
      if (each.takesAddress()) {
        addressUse.merge(each.frontend().endpoint().address(), one, Services::sum);
      }
      if (!each.placing().slots().isEmpty()) {
        chainUse.merge(each.placing().chain(), one, Services::sum);
      }
    }

    Difference difference() {
      for (IpAddress address : addresses) {
        if (addressUse.containsKey(address)) {
          after.put(Part.addresses(address.isIpv4()), Layout.address(address));
        }
      }
      return Difference.between(before, after);
    }
  }

  private static @Nullable Integer sum(int one, int other) {
    return one + other == 0 ? null : one + other;
  }

  @SuppressWarnings("ReferenceEquality") // the same object says that nothing came to its end
  private void expire(long nowNanos) {
    for (Frontend frontend : withDeadlines) {
      Known before = requireNonNull(known.get(frontend));
      Known after = before.at(nowNanos);
      if (after != before) {
        known.put(frontend, after);
        suspect(frontend, before.allowed(), after.allowed());
        follow(frontend, before, after);
      }
    }
  }

  /** With the first table nobody knows what took connections before, so all may have some. */
  private void follow(Frontend frontend, @Nullable Known from, @Nullable Known to) {
    if (frontend.protocol() == Protocol.TCP) {
      Set<HostPort> kept = to == null ? Set.of() : to.allowed();
      Set<HostPort> before = from == null ? (first ? kept : Set.of()) : from.taking();
      followed.change(frontend, before, to == null ? Set.of() : to.taking(), kept);
    }
  }

  /**
   * Notes that there may be flows which go where they may not any more.
   *
   * @param before null for a new service
   */
  private void suspect(Frontend frontend, @Nullable Set<HostPort> before, Set<HostPort> now) {
    boolean loses = before != null && !now.containsAll(before);
    // What came over UDP before there was anybody has made a flow all the same, to nobody.
    boolean wakes =
        frontend.protocol() == Protocol.UDP
            && (before == null || before.isEmpty())
            && !now.isEmpty();
    if (loses || wakes || suspects.containsKey(frontend)) {
      suspects.put(frontend, now);
    }
  }

  /** Services whose flows are to be looked at since this was asked, and where they may go. */
  Map<Frontend, Set<HostPort>> takeSuspects() {
    Map<Frontend, Set<HostPort>> taken = suspects;
    suspects = new HashMap<>();
    return taken;
  }

  /** Where flows to a service may go; nowhere when there is no such service. */
  Set<HostPort> allowed(Frontend frontend) {
    Known each = known.get(frontend);
    return each == null ? Set.of() : each.allowed();
  }

  /** All that the kernel should hold. */
  Contents contents() {
    return snapshot().contents();
  }

  /** All services as they are now. */
  Snapshot snapshot() {
    return new Snapshot(List.copyOf(known.values()));
  }

  /** Services of some moment, of which any thread may make what the kernel should hold. */
  record Snapshot(List<Known> known) {

    Contents contents() {
      Contents contents = new Contents();
      for (Known each : known) {
        each.placing().addTo(contents);
        if (each.takesAddress()) {
          IpAddress address = each.frontend().endpoint().address();
          contents.put(Part.addresses(address.isIpv4()), Layout.address(address));
        }
      }
      return contents;
    }
  }

  /** The chain that a service needs; empty without one. */
  Optional<Chain> chain(Frontend frontend) {
    Known each = known.get(frontend);
    return each == null || each.placing().slots().isEmpty()
        ? Optional.empty()
        : Optional.of(each.placing().chain());
  }

  /** Chains that services need. */
  Set<Chain> chains() {
    return Collections.unmodifiableSet(chainUse.keySet());
  }

  /** When the first drain runs out after some time; {@link Target#NEVER} without any. */
  long firstDeadline(long sinceNanos) {
    return Deadlines.first(
        withDeadlines.stream().map(each -> requireNonNull(known.get(each)).service()).toList(),
        sinceNanos);
  }

  Set<Frontend> frontends() {
    return Collections.unmodifiableSet(known.keySet());
  }

  /** What became of the table that was learnt last, by what could be known before it was tried. */
  Map<Frontend, Outcome> unserved() {
    return Collections.unmodifiableMap(unserved);
  }
}
