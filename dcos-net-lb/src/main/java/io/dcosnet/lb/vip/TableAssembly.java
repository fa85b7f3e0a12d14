// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the table of this node out of everybody's back ends: gives names their addresses, leaves
 * out what cannot be reached, and lets what is gone drain.
 *
 * <p>A back end on a node that is believed dead gets nothing new, unless that would leave the VIP
 * with nothing: then all are used, as dcos-net does. Whoever drains or is unhealthy keeps its
 * connections as long as it runs. Those of one whose task has ended, or whose node is dead, are cut
 * a moment later; those of one that is gone for another reason after the drain time. A VIP that is
 * gone stays in the table for the linger time, since DNS answers outlive it.
 *
 * <p>The hash of a name picks its address; which of two that want the same one has to move on is
 * decided by claims that all nodes know, so all have the same table however they came to know it.
 *
 * <p>Only keys that were {@link #put} since the last table are worked on, and those that are due.
 *
 * <p><b>Confined to</b> one thread. Times are nanoseconds of one monotonic clock.
 */
public final class TableAssembly {

  private static final NodeId NOBODY = new NodeId(new UUID(0, 0));

  private static final Comparator<Candidate> OLDEST_FIRST =
      Comparator.comparingLong(Candidate::sinceMillis)
          .thenComparing(candidate -> candidate.backend().endpoint());

  private final VipAddresses addresses;
  private final TableLimits limits;
  private final ServiceOptions defaults;
  private final FamilyTable ipv4;
  private final FamilyTable ipv6;
  private final ClaimKeeper keeper4;
  private final ClaimKeeper keeper6;
  private final boolean alone;
  private final Supplier<NodeId> self;
  private long keptVersion;

  private final Map<VipKey, List<Candidate>> live = new HashMap<>();
  private long toldVersion;
  private final Map<VipKey, Set<HostPort>> ended = new HashMap<>();
  private final Set<VipKey> dirty = new HashSet<>();
  private final Set<VipKey> admitted = new HashSet<>();
  private final Set<VipKey> beyondLimit = new HashSet<>();
  private final Map<VipKey, List<Rejection>> refused = new TreeMap<>();
  private final PortNames portNames = new PortNames();
  private Set<IpAddress> vipAddresses = Set.of();
  private VipTable table = VipTable.EMPTY;

  /**
   * An empty table of a node that shares its names with nobody.
   *
   * @param nameGrace how long a name keeps its address without any back end
   * @param quarantine how long an address rests before another name gets it
   */
  public TableAssembly(
      VipAddresses addresses, Duration nameGrace, Duration quarantine, TableLimits limits) {
    this(addresses, nameGrace, quarantine, limits, ServiceOptions.DEFAULTS, () -> NOBODY, true);
  }

  /**
   * An empty table of a node that agrees with others on the addresses of names: it is told of their
   * claims by {@link #claim}, and tells by {@link #claims} what it claims itself.
   *
   * @param defaults options of VIPs whose labels do not say otherwise
   */
  public static TableAssembly sharing(
      VipAddresses addresses,
      Duration nameGrace,
      Duration quarantine,
      TableLimits limits,
      ServiceOptions defaults,
      Supplier<NodeId> self) {
    return new TableAssembly(addresses, nameGrace, quarantine, limits, defaults, self, false);
  }

  private TableAssembly(
      VipAddresses addresses,
      Duration nameGrace,
      Duration quarantine,
      TableLimits limits,
      ServiceOptions defaults,
      Supplier<NodeId> self,
      boolean alone) {
    this.addresses = requireNonNull(addresses, "addresses");
    this.limits = requireNonNull(limits, "limits");
    this.defaults = requireNonNull(defaults, "defaults");
    this.self = requireNonNull(self, "self");
    this.alone = alone;
    ipv4 = new FamilyTable(addresses.claims(false), limits);
    ipv6 = new FamilyTable(addresses.claims(true), limits);
    keeper4 = new ClaimKeeper(ipv4.book(), self, nameGrace, quarantine);
    keeper6 = new ClaimKeeper(ipv6.book(), self, nameGrace, quarantine);
  }

  /**
   * Takes what a node claims for names at an address; null for nothing any more.
   *
   * @param writerLives false while that node is believed dead
   */
  public void claim(
      IpAddress address, NodeId writer, @Nullable NameClaim claim, boolean writerLives) {
    FamilyTable family = address.isIpv4() ? ipv4 : ipv6;
    family.book().tell(address, writer, claim, writerLives);
    if (writer.equals(self.get())) {
      (address.isIpv4() ? keeper4 : keeper6).echo(address, claim);
    }
  }

  /** Whether {@link #claims} may have something new to tell since it was called last. */
  public boolean claimsDue() {
    return version() != keptVersion;
  }

  private long version() {
    return ipv4.book().version() + ipv6.book().version();
  }

  /**
   * What this node has to tell of addresses after a table was made, to be written for all nodes. To
   * be asked when it is {@link #claimsDue due}, and now and then, for what only time brings.
   *
   * @param published chooses the names that this node may claim for
   * @param renew to be true now and then, on few nodes at a time: tells again what only dead nodes
   *     say
   */
  public List<NameClaim.Change> claims(
      Predicate<String> published, boolean renew, long nowNanos, long wallMillis) {
    boolean whole = renew || !claimsDue(); // asked now and then: another name may be published
    keptVersion = version();
    List<NameClaim.Change> changes = new ArrayList<>();
    for (FamilyTable family : List.of(ipv4, ipv6)) {
      ClaimKeeper keeper = family == ipv4 ? keeper4 : keeper6;
      changes.addAll(
          whole
              ? keeper.keepAll(family.names(), published, renew, nowNanos, wallMillis)
              : keeper.keep(published, nowNanos, wallMillis));
    }
    return changes;
  }

  /** What nobody else hears is true as soon as it is said. */
  private void claimAlone(long nowNanos) {
    long millis = Math.floorDiv(nowNanos, 1_000_000L);
    List<NameClaim.Change> changes = new ArrayList<>(keeper4.keep(n -> true, nowNanos, millis));
    changes.addAll(keeper6.keep(n -> true, nowNanos, millis));
    for (NameClaim.Change change : changes) {
      claim(change.address(), self.get(), change.claim(), true);
    }
  }

  /** Sets the back ends of a key; none takes it away. What is gone may run on elsewhere. */
  public void put(VipKey key, Collection<Candidate> candidates) {
    put(key, candidates, Set.of());
  }

  /**
   * Sets the back ends of a key; none takes it away.
   *
   * @param over those that are gone as their tasks have ended
   */
  public void put(VipKey key, Collection<Candidate> candidates, Set<HostPort> over) {
    if (!over.isEmpty()) {
      ended.computeIfAbsent(key, k -> new HashSet<>()).addAll(over);
    }
    if (candidates.isEmpty()) {
      live.remove(key);
    } else {
      live.put(key, List.copyOf(candidates));
    }
    dirty.add(key);
    toldVersion++;
  }

  /** The back ends of all keys as they were put, a copy. */
  public Map<VipKey, List<Candidate>> told() {
    return Map.copyOf(live);
  }

  /** Grows with every {@link #put}. */
  public long toldVersion() {
    return toldVersion;
  }

  /** The table now, the same object as before when nothing changed. */
  public VipTable assemble(long nowNanos) {
    admit();
    followVipAddresses();
    Map<VipKey, List<Candidate>> news4 = new HashMap<>();
    Map<VipKey, List<Candidate>> news6 = new HashMap<>();
    Map<VipKey, ServiceOptions> options = new HashMap<>();
    for (VipKey key : dirty) {
      List<Candidate> usable = usable(key, options);
      news4.put(key, ofFamily(usable, true));
      news6.put(key, ofFamily(usable, false));
    }
    dirty.clear();
    if (alone) {
      claimAlone(nowNanos);
    }
    ipv4.update(news4, options, ended, nowNanos);
    ipv6.update(news6, options, ended, nowNanos);
    ended.clear();
    if (alone) {
      claimAlone(nowNanos);
    }
    boolean changed = ipv4.takeChanged();
    changed |= ipv6.takeChanged();
    if (changed) {
      VipTable now = VipTable.owning(services());
      if (!now.equals(table)) {
        table = now;
      }
    }
    return table;
  }

  /** Lets keys in up to the limit; those that are in stay in. */
  private void admit() {
    List<VipKey> asking = new ArrayList<>();
    for (VipKey key : dirty) {
      if (!live.containsKey(key)) {
        admitted.remove(key);
        beyondLimit.remove(key);
      } else if (!admitted.contains(key)) {
        beyondLimit.add(key);
      }
    }
    if (beyondLimit.isEmpty()) {
      return;
    }
    asking.addAll(beyondLimit);
    asking.sort(Comparator.comparingLong(this::oldest).thenComparing(Comparator.naturalOrder()));
    int room = Math.max(0, limits.maxVips() - admitted.size());
    List<VipKey> lucky = asking.subList(0, Math.min(room, asking.size()));
    admitted.addAll(lucky);
    dirty.addAll(lucky);
    lucky.forEach(beyondLimit::remove);
  }

  private long oldest(VipKey key) {
    return live.getOrDefault(key, List.of()).stream()
        .mapToLong(Candidate::sinceMillis)
        .min()
        .orElse(0);
  }

  /** Another VIP that is an address may turn any back end into a loop, or out of one. */
  private void followVipAddresses() {
    if (dirty.stream().noneMatch(key -> key.address() != null)) {
      return;
    }
    Set<IpAddress> now = new HashSet<>();
    admitted.forEach(key -> key.vipAddress().ifPresent(now::add));
    if (!now.equals(vipAddresses)) {
      vipAddresses = now;
      dirty.addAll(admitted);
    }
  }

  private static List<Candidate> ofFamily(List<Candidate> candidates, boolean ipv4) {
    return candidates.stream()
        .filter(candidate -> candidate.backend().endpoint().address().isIpv4() == ipv4)
        .toList();
  }

  private List<Candidate> usable(VipKey key, Map<VipKey, ServiceOptions> options) {
    refused.remove(key);
    portNames.take(key, List.of());
    if (beyondLimit.contains(key)) {
      String detail = "more than " + limits.maxVips() + " VIPs";
      refused.put(key, List.of(new Rejection("vip", key.toString(), "VIP_TOO_MANY", detail)));
      return List.of();
    }
    List<Rejection> reasons = new ArrayList<>();
    List<Candidate> usable = new ArrayList<>();
    for (Candidate candidate : live.getOrDefault(key, List.of())) {
      IpAddress address = candidate.backend().endpoint().address();
      IpAddress vip = key.address();
      if (isInRange(address) || vipAddresses.contains(address)) {
        reasons.add(reason(candidate, key, "BACKEND_IS_VIP", "its address is that of a VIP"));
      } else if (vip != null && vip.isIpv4() != address.isIpv4()) {
        reasons.add(reason(candidate, key, "BACKEND_FAMILY", "the VIP is of the other family"));
      } else {
        usable.add(candidate);
      }
    }
    portNames.take(key, usable);
    if (usable.size() > limits.maxBackendsPerVip()) {
      usable.sort(OLDEST_FIRST);
      List<Candidate> excess = usable.subList(limits.maxBackendsPerVip(), usable.size());
      excess.forEach(c -> reasons.add(reason(c, key, "VIP_TOO_MANY_BACKENDS", "the VIP is full")));
      excess.clear();
    }
    if (!usable.isEmpty()) {
      OptionVote vote = OptionVote.of(usable, defaults);
      options.put(key, vote.options());
      vote.lost()
          .forEach(l -> reasons.add(new Rejection("vip", key.toString(), l.code(), l.detail())));
    }
    if (!reasons.isEmpty()) {
      refused.put(key, List.copyOf(reasons));
    }
    return usable;
  }

  private boolean isInRange(IpAddress address) {
    return addresses.ipv4().contains(address) || addresses.ipv6().contains(address);
  }

  private static Rejection reason(Candidate candidate, VipKey key, String code, String detail) {
    return new Rejection("backend", key + " " + candidate.backend().endpoint(), code, detail);
  }

  /** Live ones first: what lingers never stands in the way of another VIP. */
  private Map<Frontend, Service> services() {
    Map<Frontend, Service> services = new HashMap<>();
    for (FamilyTable family : List.of(ipv4, ipv6)) {
      family.live().forEach(service -> services.put(service.frontend(), service));
      family.lingering().forEach(service -> services.putIfAbsent(service.frontend(), service));
    }
    return services;
  }

  /** Services of VIPs that have back ends; the others in the table are on their way out. */
  public List<Service> live() {
    List<Service> all = new ArrayList<>(ipv4.live());
    all.addAll(ipv6.live());
    return all;
  }

  /** What tasks call the port that they serve a VIP with; sorted, as DNS labels. */
  public List<String> portNames(VipKey key) {
    return portNames.of(key);
  }

  /** When {@link #assemble} will have something to do by itself; empty when it will not. */
  public OptionalLong nextDue(long nowNanos) {
    long left = Math.min(ipv4.untilDue(nowNanos), ipv6.untilDue(nowNanos));
    return left == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(nowNanos + left);
  }

  /** What the last table leaves out, with reasons. */
  public List<Rejection> refused() {
    List<Rejection> all = new ArrayList<>();
    refused.values().forEach(all::addAll);
    for (FamilyTable family : List.of(ipv4, ipv6)) {
      for (String name : family.book().withoutAddress()) {
        all.add(new Rejection("vip", name, "VIP_RANGE_EXHAUSTED", "no free address for the name"));
      }
      family.book().overruled().forEach((name, address) -> all.add(overruled(name, address)));
    }
    return all;
  }

  private static Rejection overruled(String name, IpAddress address) {
    String detail = address + " is a VIP by itself now; the name moves on";
    return new Rejection("vip", name, "VIP_ADDRESS_TAKEN", detail);
  }

  /** The name that has this address, or an empty one: for logs and PTR records. */
  public String nameOf(IpAddress address) {
    String name = (address.isIpv4() ? ipv4 : ipv6).book().owner(address);
    return name == null ? "" : name;
  }

  /** How a name came to its address. */
  public NameStanding standing(String name, boolean inIpv6) {
    ClaimedAddresses book = (inIpv6 ? ipv6 : ipv4).book();
    IpAddress preferred = addresses.preferred(name, inIpv6);
    IpAddress address = book.isPresent(name) ? book.address(name) : null;
    Long since = address == null ? null : book.claimedSince(name, address);
    String owner = book.owner(preferred);
    return new NameStanding(
        preferred,
        address,
        since == null ? 0 : since,
        address == null ? List.of() : List.copyOf(book.claimants(name, address)),
        name.equals(owner) ? null : owner);
  }

  /** The last table, as it is before nearness and health count. */
  public VipTable table() {
    return table;
  }

  /** How many names do not have the address of their hash. */
  public long collisions() {
    return ipv4.book().collisions() + ipv6.book().collisions();
  }

  /** Services that use back ends on nodes believed dead, since they have no others. */
  public long failOpenCount() {
    return ipv4.failOpenCount() + ipv6.failOpenCount();
  }
}
