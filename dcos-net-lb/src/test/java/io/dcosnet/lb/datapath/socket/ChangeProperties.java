// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** At each step of each change, clients find what was there or what will be. */
class ChangeProperties {

  /** What a client looks at. */
  private static final class Maps {
    final Map<Frontend, Step.PutVip> vips = new HashMap<>();
    final Map<String, HostPort> slots = new HashMap<>();
    final Set<String> keepers = new HashSet<>();
    final Set<IpAddress> addresses = new HashSet<>();

    void make(Step step) {
      if (step instanceof Step.PutSlots put) {
        for (int i = 0; i < put.slots().size(); i++) {
          slots.put(put.id() + "/" + i, put.slots().get(i));
        }
      } else if (step instanceof Step.PutVip put) {
        vips.put(put.frontend(), put);
      } else if (step instanceof Step.RemoveVip remove) {
        assertThat(vips.remove(remove.frontend())).isNotNull();
      } else if (step instanceof Step.RemoveSlots remove) {
        for (int i = remove.from(); i < remove.to(); i++) {
          assertThat(slots.remove(remove.id() + "/" + i)).isNotNull();
        }
      } else if (step instanceof Step.PutKeeper put) {
        assertThat(keepers.add(put.frontend() + "/" + put.backend())).isTrue();
      } else if (step instanceof Step.RemoveKeeper remove) {
        assertThat(keepers.remove(remove.frontend() + "/" + remove.backend())).isTrue();
      } else if (step instanceof Step.PutAddress put) {
        assertThat(addresses.add(put.address())).isTrue();
      } else if (step instanceof Step.RemoveAddress remove) {
        assertThat(addresses.remove(remove.address())).isTrue();
      }
    }

    void assertFound(Frontend frontend, Set<HostPort> allowed, boolean refusing) {
      Step.PutVip vip = vips.get(frontend);
      if (vip == null || vip.count() == 0) {
        assertThat(refusing).as("%s is refused", frontend).isTrue();
        return;
      }
      for (int i = 0; i < vip.count(); i++) {
        assertThat(allowed).contains(slots.get(vip.id() + "/" + i));
      }
    }
  }

  @Property(tries = 300)
  void nobodyFindsLessThanThereWasOrWillBe(@ForAll("tables") List<Map<Frontend, Row>> tables) {
    Held held = new Held();
    Maps maps = new Maps();
    Map<Frontend, Row> before = Map.of();
    for (Map<Frontend, Row> after : tables) {
      Set<Frontend> gone = new HashSet<>(before.keySet());
      gone.removeAll(after.keySet());
      Change change = Change.between(held, after, gone);
      for (Step step : change.steps()) {
        maps.make(step);
        assertWhole(maps, before, after);
      }
      held.made(change, after, gone, Set.of());
      assertJust(maps, after);
      assertThat(Change.between(held, after, Set.of()).isEmpty()).isTrue();
      before = after;
    }
  }

  private static void assertWhole(Maps maps, Map<Frontend, Row> before, Map<Frontend, Row> after) {
    Set<Frontend> all = new HashSet<>(before.keySet());
    all.addAll(after.keySet());
    for (Frontend frontend : all) {
      Row old = before.getOrDefault(frontend, Row.NOBODY);
      Row next = after.getOrDefault(frontend, Row.NOBODY);
      Set<HostPort> allowed = new HashSet<>(old.slots());
      allowed.addAll(next.slots());
      maps.assertFound(frontend, allowed, old.slots().isEmpty() || next.slots().isEmpty());
    }
  }

  private static void assertJust(Maps maps, Map<Frontend, Row> after) {
    assertThat(maps.vips).containsOnlyKeys(after.keySet());
    assertThat(maps.slots).hasSize(after.values().stream().mapToInt(r -> r.slots().size()).sum());
    assertThat(maps.keepers)
        .hasSize(after.values().stream().mapToInt(r -> r.keepers().size()).sum());
    assertThat(maps.addresses)
        .isEqualTo(
            after.keySet().stream()
                .map(frontend -> frontend.endpoint().address())
                .collect(java.util.stream.Collectors.toSet()));
    after.forEach(
        (frontend, row) ->
            maps.assertFound(frontend, Set.copyOf(row.slots()), row.slots().isEmpty()));
  }

  @Property(tries = 200)
  void whatIsWrittenIsReadAsItWas(@ForAll("frontends") Frontend frontend, @ForAll int id) {
    boolean ipv4 = Octets.isIpv4(frontend);
    HostPort backend = new HostPort(frontend.endpoint().address().plus(1), 65_535);
    byte[] pair = Octets.pair(frontend, backend);
    assertThat(Octets.readFrontend(pair, 0, ipv4)).contains(frontend);
    assertThat(Octets.readEnd(pair, Octets.end(ipv4), ipv4)).isEqualTo(backend);
    assertThat(Octets.readFrontend(Octets.frontend(frontend), 0, ipv4)).contains(frontend);
    assertThat(Octets.readEnd(Octets.slot(backend), 0, ipv4)).isEqualTo(backend);
    assertThat(Octets.readCount(Octets.slot(backend), ipv4)).isZero();
    assertThat(Octets.readInt(Octets.vip(3, id), 4)).isEqualTo(id);
    byte[] address = Octets.address(frontend.endpoint().address());
    assertThat(Octets.isAddress(address, ipv4)).isTrue();
    assertThat(Octets.readFrontend(address, 0, ipv4)).isEmpty();
    assertThat(Octets.readAddress(address, 0, ipv4)).isEqualTo(frontend.endpoint().address());
  }

  @Provide
  Arbitrary<Frontend> frontends() {
    Arbitrary<IpAddress> addresses =
        Arbitraries.of("11.0.0.1", "11.0.0.2", "fd01:c::1").map(IpAddress::parse);
    Arbitrary<Integer> ports = Arbitraries.of(53, 80);
    Arbitrary<HostPort> ends = Combinators.combine(addresses, ports).as(HostPort::new);
    return Combinators.combine(Arbitraries.of(Protocol.class), ends).as(Frontend::new);
  }

  @Provide
  Arbitrary<List<Map<Frontend, Row>>> tables() {
    Arbitrary<HostPort> backends =
        Arbitraries.integers().between(1, 5).map(i -> HostPort.parse("192.0.2." + i + ":8080"));
    Arbitrary<Row> rows =
        Combinators.combine(backends.list().ofMaxSize(4), backends.set().ofMaxSize(3)).as(Row::new);
    return Arbitraries.maps(frontends(), rows).ofMaxSize(6).list().ofMinSize(1).ofMaxSize(5);
  }
}
