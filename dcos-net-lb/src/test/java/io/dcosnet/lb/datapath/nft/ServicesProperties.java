// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.datapath.nft.Difference.Change;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.nft.NftElement;
import io.dcosnet.linux.nft.NftFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tables in any order, against a kernel that is a map. */
class ServicesProperties {

  private static final IpAddress[] VIPS = {
    IpAddress.parse("11.9.0.1"),
    IpAddress.parse("11.9.0.2"),
    IpAddress.parse("2001:db8:11::1"),
    IpAddress.parse("2001:db8:11::2")
  };

  private final Services services = new Services(new Followed());

  private static VipTable randomTable(Random random, VipTable before) {
    Map<Frontend, Service> next = new HashMap<>();
    for (IpAddress vip : VIPS) {
      for (int port = 80; port <= 81; port++) {
        Protocol protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
        Frontend frontend = new Frontend(protocol, new HostPort(vip, port));
        Service same = before.service(frontend).orElse(null);
        if (same != null && random.nextInt(2) == 0) {
          next.put(frontend, same);
        } else if (random.nextInt(4) > 0) {
          next.put(frontend, randomService(random, frontend));
        }
      }
    }
    return VipTable.of(next.values());
  }

  private static Service randomService(Random random, Frontend frontend) {
    IpAddress first =
        IpAddress.parse(frontend.endpoint().address().isIpv4() ? "192.0.2.0" : "2001:db8::");
    List<Target> targets = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      HostPort endpoint = new HostPort(first.plus(i), 8080);
      switch (random.nextInt(4)) {
        case 0 -> targets.add(Target.up(endpoint, 1 + random.nextInt(3)));
        case 1 -> targets.add(Target.up(endpoint, 0));
        case 2 -> targets.add(new Target(endpoint, Backend.State.DRAINING, 0, random.nextInt(100)));
        default -> {} // not one of them
      }
    }
    Policy policy = random.nextInt(8) == 0 ? Policy.MAGLEV : Policy.RANDOM;
    return Here.service(
        frontend.protocol(),
        frontend.endpoint().toString(),
        ServiceOptions.DEFAULTS.with(policy),
        targets.toArray(new Target[0]));
  }

  /**
   * Does what the kernel does, which takes no element that is there, and gives none that is not.
   */
  private static void apply(List<Change> changes, Contents kernel) {
    for (Change change : changes) {
      for (NftElement element : change.elements()) {
        boolean there = kernel.of(change.part()).containsKey(element.key());
        assertThat(there).as("%s", element).isNotEqualTo(change.add());
        if (change.add()) {
          kernel.put(change.part(), element);
        } else {
          kernel.remove(change.part(), element.key());
        }
      }
    }
  }

  /** Whoever finds its service finds a slot, whichever it draws. */
  private static void assertNobodyFallsThrough(Contents kernel) {
    for (Part part : new Part[] {Part.VIPS4, Part.VIPS6}) {
      boolean ipv4 = part == Part.VIPS4;
      for (NftElement vip : kernel.of(part).values()) {
        Chain chain = Chain.parse(vip.verdict().orElseThrow().chain()).orElseThrow();
        for (int slot = 0; slot < chain.slots(); slot++) {
          assertThat(kernel.of(Part.backends(ipv4))).containsKey(slotKey(slot, vip.key()));
        }
        IpAddress address = Layout.frontend(vip.key()).endpoint().address();
        assertThat(kernel.of(Part.addresses(ipv4))).containsKey(Layout.address(address).key());
      }
    }
  }

  private static Bytes slotKey(int slot, Bytes vip) {
    byte[] index = new NftFields().index(slot).toBytes().toArray();
    byte[] key = new byte[index.length + vip.size()];
    System.arraycopy(index, 0, key, 0, index.length);
    System.arraycopy(vip.toArray(), 0, key, index.length, vip.size());
    return Bytes.copyOf(key);
  }

  @Property(tries = 200)
  void eachTableBecomesTrueInStepsThatLoseNobody(@ForAll long seed) {
    Random random = new Random(seed);
    Contents kernel = new Contents();
    VipTable table = VipTable.EMPTY;
    for (int i = 0; i < 8; i++) {
      VipTable before = table;
      table = randomTable(random, before);
      Difference difference = services.learn(table, i);
      apply(difference.first(), kernel);
      assertNobodyFallsThrough(kernel);
      for (Service service : before.services().values()) {
        boolean served = service.targets().stream().anyMatch(Target::takesNew);
        boolean still =
            table
                .service(service.frontend())
                .filter(now -> now.targets().stream().anyMatch(Target::takesNew))
                .isPresent();
        if (served && still) {
          boolean ipv4 = service.frontend().endpoint().address().isIpv4();
          assertThat(kernel.of(Part.vips(ipv4))).containsKey(Layout.vip(service.frontend()));
        }
      }
      apply(difference.then(), kernel);
      assertNobodyFallsThrough(kernel);
      assertThat(kernel).isEqualTo(services.contents());
      assertThat(services.learn(table, i).isEmpty()).isTrue();
      assertChainsAndReport(table);
    }
    apply(services.learn(VipTable.EMPTY, 9).first(), kernel);
    assertThat(services.chains()).isEmpty();
    assertThat(services.contents().size()).isZero();
  }

  private void assertChainsAndReport(VipTable table) {
    Set<String> needed = new HashSet<>();
    for (Part part : new Part[] {Part.VIPS4, Part.VIPS6}) {
      for (NftElement vip : services.contents().of(part).values()) {
        needed.add(vip.verdict().orElseThrow().chain());
      }
    }
    assertThat(services.chains())
        .extracting(Chain::name)
        .containsExactlyInAnyOrderElementsOf(needed);
    assertThat(services.frontends()).isEqualTo(table.services().keySet());
    assertThat(services.unserved()).isEmpty();
  }

  @Property(tries = 200)
  void whateverTheKernelHoldsBecomesWhatIsWanted(@ForAll long seed) {
    Random random = new Random(seed);
    Services others = new Services(new Followed());
    Difference unused = others.learn(randomTable(random, VipTable.EMPTY), 0);
    Contents kernel = others.contents();
    for (Part part : Part.values()) {
      for (NftElement element : List.copyOf(kernel.of(part).values())) {
        if (random.nextInt(3) == 0) {
          kernel.remove(part, element.key());
        }
      }
    }
    unused = services.learn(randomTable(random, VipTable.EMPTY), 0);
    Difference difference = Difference.between(kernel, services.contents());
    apply(difference.first(), kernel);
    assertNobodyFallsThrough(kernel);
    apply(difference.then(), kernel);
    assertThat(kernel).isEqualTo(services.contents());
  }

  /** What a change costs hangs on the change. */
  @Property(tries = 50)
  void aBackEndThatIsReplacedCostsItsSlots(@ForAll @IntRange(min = 1, max = 60) int others) {
    List<Service> all = new ArrayList<>();
    for (int i = 0; i < others; i++) {
      all.add(Here.service("11.9.1." + i + ":80", Here.up("192.0.2.1:80")));
    }
    all.add(Here.service("11.9.0.1:80", Here.up("192.0.2.1:80"), Here.up("192.0.2.2:80")));
    Difference unused = services.learn(VipTable.of(all), 0);
    all.set(others, Here.service("11.9.0.1:80", Here.up("192.0.2.1:80"), Here.up("192.0.2.3:80")));
    Difference difference = services.learn(VipTable.of(all), 0);
    assertThat(difference.size()).as("one goes, one comes").isEqualTo(2);
    assertThat(difference.then()).isEmpty();
    unused = services.learn(VipTable.EMPTY, 0);
  }

  @Property(tries = 200)
  void flowsAreSuspectExactlyWhenTheyMayLoseTheirBackEnd(@ForAll long seed) {
    Random random = new Random(seed);
    Map<Frontend, Set<HostPort>> before = new HashMap<>();
    VipTable table = VipTable.EMPTY;
    long now = 0;
    for (int i = 0; i < 10; i++) {
      table = randomTable(random, table);
      now += 10;
      Difference unused = services.learn(table, now);
      Map<Frontend, Set<HostPort>> suspects = services.takeSuspects();
      for (Map.Entry<Frontend, Set<HostPort>> old : before.entrySet()) {
        Set<HostPort> allowed = services.allowed(old.getKey());
        if (!allowed.containsAll(old.getValue())) {
          assertThat(suspects).containsEntry(old.getKey(), allowed);
        } else if (old.getKey().protocol() == Protocol.TCP) {
          assertThat(suspects).doesNotContainKey(old.getKey());
        }
      }
      before.clear();
      services.frontends().forEach(each -> before.put(each, services.allowed(each)));
      assertTimeHasCome(table, now);
    }
    Difference unused = services.learn(VipTable.EMPTY, now);
  }

  private void assertTimeHasCome(VipTable table, long now) {
    for (Service service : table.services().values()) {
      if (service.frontend().protocol() == Protocol.TCP) {
        Set<HostPort> allowed = services.allowed(service.frontend());
        for (Target target : service.targets()) {
          assertThat(allowed.contains(target.endpoint())).isEqualTo(!target.drainIsOver(now));
        }
      }
    }
  }
}
