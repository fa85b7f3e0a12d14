// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.LocalNameResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZoneNamesTest {

  private final PublishedZone mesos = new PublishedZone("mesos");
  private final PublishedZone other = new PublishedZone("other.example");
  private final ZoneNames names = ZoneNames.of(List.of(mesos, other));

  private static RecordSet alias(String target) {
    return RecordSet.of(RecordType.CNAME, 60, Rdata.name(DomainName.parse(target)));
  }

  private static List<String> texts(List<InetAddress> addresses) {
    return addresses.stream().map(InetAddress::getHostAddress).toList();
  }

  private static ServiceTarget target(String endpoint, String name) {
    return new ServiceTarget(HostPort.parse(endpoint), name, 0, 1);
  }

  @Test
  void findsAddressesWhateverTheSpelling() {
    mesos.put("web.marathon.mesos", Zones.addresses("192.0.2.1", "192.0.2.2"));
    mesos.put("web.marathon.mesos", Zones.addresses("2001:db8::1"));

    List<InetAddress> found = names.resolve("Web.marathon.MESOS.");

    assertThat(texts(found)).containsExactly("192.0.2.1", "192.0.2.2", "2001:db8:0:0:0:0:0:1");
    assertThat(found.get(0).getHostName()).isEqualTo("Web.marathon.MESOS.");
  }

  @Test
  void tellsNoAddressFromNotKnown() {
    mesos.put("web.marathon.mesos", Zones.addresses("192.0.2.1"));

    assertThat(names.lookup("gone.marathon.mesos")).isEmpty();
    assertThat(names.lookup("marathon.mesos")).isEmpty();
    assertThat(names.lookup("www.example.org")).isNull();
    assertThat(names.lookup("no..name")).isNull();
    assertThat(names.lookup("host.other.example")).as("a zone that is not loaded").isNull();
    assertThat(names.resolve("www.example.org")).isEmpty();
  }

  @Test
  void deniesNothingWhileAZoneIsPartial() {
    mesos.put("web.marathon.mesos", Zones.addresses("192.0.2.1"));
    mesos.edit(edit -> edit.partial(true));

    assertThat(names.lookup("gone.marathon.mesos")).isNull();
    assertThat(names.resolve("web.marathon.mesos")).hasSize(1);
  }

  @Test
  void isWhatNettysClientsAsk() throws Exception {
    mesos.put("web.marathon.mesos", Zones.addresses("192.0.2.1"));
    LocalNameResolverGroup resolvers =
        new LocalNameResolverGroup(
            names::lookup, DefaultAddressResolverGroup.INSTANCE, new Random(7));

    try (resolvers) {
      InetSocketAddress found =
          resolvers
              .getResolver(ImmediateEventExecutor.INSTANCE)
              .resolve(InetSocketAddress.createUnresolved("web.marathon.mesos", 80))
              .get();

      assertThat(found.getAddress().getHostAddress()).isEqualTo("192.0.2.1");
      assertThat(found.getHostString()).isEqualTo("web.marathon.mesos");
    }
  }

  @Test
  void takesAnAddressForItself() {
    assertThat(texts(names.resolve("192.0.2.9"))).containsExactly("192.0.2.9");
  }

  @Test
  void followsAliasesFromZoneToZone() {
    mesos.put("a.mesos", alias("b.other.example"));
    other.put("b.other.example", alias("c.other.example"));
    other.put("c.other.example", Zones.addresses("192.0.2.3"));
    mesos.put("outside.mesos", alias("www.example.org"));
    mesos.put("loop.mesos", alias("loop.mesos"));

    assertThat(texts(names.resolve("a.mesos"))).containsExactly("192.0.2.3");
    assertThat(names.lookup("outside.mesos")).isNull();
    assertThat(names.lookup("loop.mesos")).isEmpty();
  }

  @Test
  void findsServicesWithTheAddressesOfTheirTargets() {
    mesos.put("_web._tcp.marathon.mesos", Zones.services("31001 web-a.marathon.mesos"));
    mesos.put("web-a.marathon.mesos", Zones.addresses("192.0.2.1"));
    mesos.put("web-a.marathon.mesos", Zones.addresses("2001:db8::1"));

    assertThat(names.services("_web._tcp.marathon.mesos"))
        .containsExactly(
            target("192.0.2.1:31001", "web-a.marathon.mesos."),
            target("[2001:db8::1]:31001", "web-a.marathon.mesos."));
    assertThat(names.services("_db._tcp.marathon.mesos")).isEmpty();
  }

  @Test
  void tellsAddressesWhenTheyChangeAndOnlyThen() {
    List<List<String>> told = new ArrayList<>();
    Subscription watching =
        names.watchAddresses("web.mesos", Runnable::run, found -> told.add(texts(found)));
    mesos.put("web.mesos", Zones.addresses("192.0.2.1"));
    mesos.put("else.mesos", Zones.addresses("192.0.2.7"));
    mesos.put("web.mesos", Zones.addresses("192.0.2.1", "192.0.2.2"));
    mesos.remove("web.mesos", RecordType.A);
    watching.close();
    mesos.put("web.mesos", Zones.addresses("192.0.2.3"));

    assertThat(told)
        .containsExactly(List.of("192.0.2.1"), List.of("192.0.2.1", "192.0.2.2"), List.of());
  }

  @Test
  void tellsOfAServiceWhenTheAddressOfItsTargetChanges() {
    List<List<ServiceTarget>> told = new ArrayList<>();
    mesos.put("_web._tcp.mesos", Zones.services("80 a.other.example"));
    other.put("a.other.example", Zones.addresses("192.0.2.1"));
    Subscription unused = names.watchServices("_web._tcp.mesos", Runnable::run, told::add);

    other.put("a.other.example", Zones.addresses("192.0.2.2"));

    assertThat(told)
        .containsExactly(
            List.of(target("192.0.2.1:80", "a.other.example.")),
            List.of(target("192.0.2.2:80", "a.other.example.")));
  }

  @Test
  void tellsRecordsOfOneType() {
    List<String> told = new ArrayList<>();
    DomainName web = DomainName.parse("web.mesos");
    Subscription unused =
        names.watchRecords(
            web,
            RecordType.AAAA,
            Runnable::run,
            (Optional<RecordSet> set) -> told.add(set.map(Objects::toString).orElse("none")));

    mesos.put("web.mesos", Zones.addresses("192.0.2.1"));
    mesos.put("web.mesos", Zones.addresses("2001:db8::1"));

    assertThat(told).containsExactly("none", "60 AAAA [2001:db8::1]");
  }
}
