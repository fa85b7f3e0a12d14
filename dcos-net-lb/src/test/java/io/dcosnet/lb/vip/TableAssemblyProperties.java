// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a few VIPs go through, in whatever order a node hears of it. */
class TableAssemblyProperties {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final List<Backend.State> STATES = List.of(Backend.State.values());
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final NodeId SELF = new NodeId(new UUID(0, 1));
  private static final NodeId OTHER = new NodeId(new UUID(0, 2));

  /** A range of eight, so that names are in each other's way. */
  private static final VipAddresses FEW =
      new VipAddresses(
          AddressRange.of("11.0.0.0", "11.0.0.7"), VipAddresses.DEFAULT_IPV6, NameHash.DCOS);

  @Property(tries = 300)
  void theTableDependsOnWhatThereIsInTheEnd(@ForAll long seed) {
    Random random = new Random(seed);
    Map<VipKey, List<Candidate>> last = new TreeMap<>();
    for (VipKey key : keys()) {
      last.put(key, candidates(random));
    }
    VipTable straight = settled(0, sharing(), last, List.copyOf(last.keySet()));

    TableAssembly winding = sharing();
    long now = random.nextLong() / 2;
    for (int step = 0; step < 30; step++) {
      winding.put(keys().get(random.nextInt(keys().size())), candidates(random));
      if (random.nextBoolean()) {
        now += random.nextLong(4 * SECOND);
        winding.assemble(now);
      }
    }
    List<VipKey> order = new ArrayList<>(last.keySet());
    Collections.shuffle(order, random);
    VipTable settled = settled(now, winding, last, order);
    assertThat(settled.services()).isEqualTo(straight.services());
    assertThat(winding.assemble(now + 200 * SECOND)).isSameAs(settled);
    assertThat(winding.nextDue(now + 200 * SECOND)).isEmpty();
  }

  @Property(tries = 300)
  void aTableThatIsMadeAgainIsTheSameObject(@ForAll long seed) {
    Random random = new Random(seed);
    TableAssembly assembly = new TableAssembly(FEW, GRACE, GRACE, TableLimits.DEFAULTS);
    long now = random.nextLong() / 2;
    for (int step = 0; step < 30; step++) {
      VipKey key = keys().get(random.nextInt(keys().size()));
      List<Candidate> candidates = candidates(random);
      assembly.put(key, candidates);
      now += random.nextLong(4 * SECOND);
      VipTable once = assembly.assemble(now);
      assembly.put(key, candidates);
      assertThat(assembly.assemble(now)).isSameAs(once);
    }
  }

  /** Looking at what changed must miss nothing that a look at all names finds. */
  @Property(tries = 300)
  void claimsFollowTheChangesWithoutMissingOne(@ForAll long seed) {
    Random random = new Random(seed);
    TableAssembly assembly = sharing();
    long now = random.nextLong() / 2;
    for (int step = 0; step < 60; step++) {
      now += random.nextLong(8 * SECOND);
      switch (random.nextInt(4)) {
        case 0, 1 -> assembly.put(keys().get(random.nextInt(keys().size())), candidates(random));
        case 2 -> assembly.claim(address(random), OTHER, claim(random), random.nextBoolean());
        default -> assembly.claim(address(random), OTHER, null, true);
      }
      assembly.assemble(now);
      long millis = 1_000L + step;
      if (assembly.claimsDue()) {
        tell(assembly, assembly.claims(name -> true, false, now, millis));
      }
      assembly.assemble(now);
      if (assembly.claimsDue()) {
        tell(assembly, assembly.claims(name -> true, false, now, millis));
      }
      assertThat(assembly.claimsDue()).isFalse();
      if (random.nextInt(4) > 0) {
        continue; // what was missed must not be found by the next look at all
      }
      assertThat(assembly.claims(name -> true, false, now, millis))
          .allMatch(change -> change.claim() == null); // by time alone: away for long enough
    }
  }

  private static void tell(TableAssembly assembly, List<NameClaim.Change> changes) {
    changes.forEach(change -> assembly.claim(change.address(), SELF, change.claim(), true));
  }

  /** What there is when nothing drains or lingers any more. */
  private static VipTable settled(
      long now, TableAssembly assembly, Map<VipKey, List<Candidate>> all, List<VipKey> order) {
    order.forEach(key -> assembly.put(key, all.getOrDefault(key, List.of())));
    assembly.assemble(now);
    return assembly.assemble(now + 100 * SECOND);
  }

  private static TableAssembly sharing() {
    return TableAssembly.sharing(
        FEW, GRACE, GRACE, TableLimits.DEFAULTS, ServiceOptions.DEFAULTS, () -> SELF);
  }

  private static IpAddress address(Random random) {
    return IpAddress.parse("11.0.0.0").plus(random.nextInt(8));
  }

  private static NameClaim claim(Random random) {
    String name = "web" + random.nextInt(6) + ".marathon";
    return new NameClaim(name, address(random), 1_000 + random.nextInt(60));
  }

  private static List<VipKey> keys() {
    List<VipKey> keys = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      keys.add(VipKey.named(Protocol.TCP, "web" + i + ".marathon", 80));
    }
    keys.add(VipKey.named(Protocol.UDP, "web0.marathon", 53));
    keys.add(VipKey.addressed(Protocol.TCP, IpAddress.parse("11.0.0.3"), 80));
    keys.add(VipKey.addressed(Protocol.TCP, IpAddress.parse("192.0.2.9"), 80));
    return keys;
  }

  private static List<Candidate> candidates(Random random) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      if (random.nextInt(3) > 0) {
        continue;
      }
      HostPort at = new HostPort(IpAddress.parse("10.0.0.1"), 31000 + i);
      Backend.State state = STATES.get(random.nextInt(STATES.size()));
      Backend backend = new Backend(at, at.address(), random.nextInt(3), state);
      candidates.add(new Candidate(backend, random.nextInt(4) > 0, 1));
    }
    return candidates;
  }
}
