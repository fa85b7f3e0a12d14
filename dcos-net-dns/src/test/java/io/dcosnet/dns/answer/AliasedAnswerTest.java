// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.ednsQuery;
import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.names;
import static io.dcosnet.dns.zone.Zones.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.zone.Alias;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class AliasedAnswerTest {

  private static final String CLUSTER = "n".repeat(51) + "o";

  private final Asking asking =
      new Asking(Aliases.builder().dcos(CLUSTER).build(), vips(), components(), mesos());

  private static Zone vips() {
    ZoneSnapshot.Edit edit = empty("l4lb.thisdcos.directory").edit();
    edit.put(name("web.marathon.l4lb.thisdcos.directory"), addresses("192.0.2.1"));
    edit.put(name("host.l4lb.thisdcos.directory"), addresses("192.0.2.2"));
    edit.put(
        name("_web._tcp.l4lb.thisdcos.directory"),
        services("80 web.marathon.l4lb.thisdcos.directory", "81 web.mesos", "82 example.org"));
    edit.put(
        name("_many._tcp.l4lb.thisdcos.directory"),
        services(
            IntStream.range(0, 600)
                .mapToObj(i -> 1000 + i + " host.l4lb.thisdcos.directory")
                .toArray(String[]::new)));
    return Zone.of(edit.commit(0));
  }

  private static Zone components() {
    ZoneSnapshot.Edit edit = empty("component.thisdcos.directory").edit();
    edit.put(
        name("registry.component.thisdcos.directory"),
        cname("web.marathon.l4lb.thisdcos.directory"));
    edit.put(
        name("gone.component.thisdcos.directory"), cname("gone.marathon.l4lb.thisdcos.directory"));
    edit.put(name("out.component.thisdcos.directory"), cname("web.mesos"));
    edit.put(
        name("old.component.thisdcos.directory"), cname("web.marathon.dclb.thisdcos.directory"));
    edit.put(
        name("sub.component.thisdcos.directory"),
        names(RecordType.NS, "ns.sub.component.thisdcos.directory"));
    edit.put(name("ns.sub.component.thisdcos.directory"), addresses("192.0.2.53"));
    return Zone.of(edit.commit(0));
  }

  private static Zone mesos() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.3"));
    return Zone.of(edit.commit(0));
  }

  private static ZoneSnapshot empty(String origin) {
    return ZoneSnapshot.empty(DcosApex.of(name(origin)), 41);
  }

  @Test
  void answersUnderTheSuffixThatWasAsked() {
    Message answer = asking.udp(query("wEb.MaRathon.DCLB.thisdcos.gLobal", Type.A));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("wEb.MaRathon.DCLB.thisdcos.gLobal. 60 A 192.0.2.1");
    assertThat(answer.getQuestion().getName()).hasToString("wEb.MaRathon.DCLB.thisdcos.gLobal.");
    assertThat(answer.getHeader().getFlag(org.xbill.DNS.Flags.AA)).isTrue();
  }

  @Test
  void answersUnderTheIdOfThisClusterAndRefusesOthers() {
    String suffix = "." + CLUSTER + ".dcos.directory";
    Message ours = asking.udp(query("web.marathon.l4lb" + suffix, Type.A));
    Message foreign =
        asking.udp(query("web.marathon.l4lb." + "y".repeat(52) + ".dcos.directory", Type.A));

    assertThat(texts(ours, Section.ANSWER))
        .containsExactly("web.marathon.l4lb" + suffix + ". 60 A 192.0.2.1");
    assertThat(foreign.getRcode()).isEqualTo(Rcode.REFUSED);
  }

  @Test
  void namesTheZoneOfADenialUnderTheSuffixThatWasAsked() {
    String soa = " 1 SOA ns.spartan. support.mesosphere.com. 42 60 180 86400 1";

    Message missing = asking.udp(query("no.such.dclb.THISDCOS.directory", Type.A));
    Message other = asking.udp(query("web.marathon.l4lb.thisdcos.global", Type.TXT));

    assertThat(missing.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(missing, Section.AUTHORITY)).containsExactly("dclb.THISDCOS.directory." + soa);
    assertThat(other.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(other, Section.AUTHORITY)).containsExactly("l4lb.thisdcos.global." + soa);
  }

  @Test
  void renamesServiceTargetsAndTheirAddresses() {
    Message answer = asking.udp(ednsQuery("_web._tcp.l4lb.thisdcos.global", Type.SRV, 4096));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactlyInAnyOrder(
            "_web._tcp.l4lb.thisdcos.global. 60 SRV 0 1 80 web.marathon.l4lb.thisdcos.global.",
            "_web._tcp.l4lb.thisdcos.global. 60 SRV 0 1 81 web.mesos.",
            "_web._tcp.l4lb.thisdcos.global. 60 SRV 0 1 82 example.org.");
    assertThat(texts(answer, Section.ADDITIONAL))
        .containsExactlyInAnyOrder(
            "web.marathon.l4lb.thisdcos.global. 60 A 192.0.2.1", "web.mesos. 60 A 192.0.2.3");
  }

  @Test
  void renamesOwnersThatNoPointerReaches() {
    byte[] octets =
        asking.answer(query("_many._tcp.l4lb.thisdcos.global", Type.SRV).toWire(), Protocol.TCP);
    Message answer = Asking.parse(octets);

    assertThat(octets.length).isGreaterThan(20_000);
    assertThat(answer.getSection(Section.ANSWER)).hasSize(600);
    assertThat(texts(answer, Section.ADDITIONAL))
        .containsExactly("host.l4lb.thisdcos.global. 60 A 192.0.2.2");
    assertThat(new String(octets, StandardCharsets.ISO_8859_1)).doesNotContain("directory");
  }

  @Test
  void renamesTheWholeChain() {
    Message answer = asking.udp(query("registry.component.thisdcos.global", Type.A));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "registry.component.thisdcos.global. 60 CNAME web.marathon.l4lb.thisdcos.global.",
            "web.marathon.l4lb.thisdcos.global. 60 A 192.0.2.1");
  }

  @Test
  void followsAChainThroughAnAlias() {
    Message answer = asking.udp(query("old.component.thisdcos.directory", Type.A));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "old.component.thisdcos.directory. 60 CNAME web.marathon.dclb.thisdcos.directory.",
            "web.marathon.dclb.thisdcos.directory. 60 A 192.0.2.1");
  }

  @Test
  void leavesNamesOutsideTheSuffixAlone() {
    Message answer = asking.udp(query("out.component.thisdcos.global", Type.A));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "out.component.thisdcos.global. 60 CNAME web.mesos.", "web.mesos. 60 A 192.0.2.3");
  }

  @Test
  void deniesTheEndOfAChainUnderTheSuffixThatWasAsked() {
    Message answer = asking.udp(query("gone.component.thisdcos.global", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "gone.component.thisdcos.global. 60 CNAME gone.marathon.l4lb.thisdcos.global.");
    assertThat(texts(answer, Section.AUTHORITY))
        .containsExactly(
            "l4lb.thisdcos.global. 1 SOA ns.spartan. support.mesosphere.com. 42 60 180 86400 1");
  }

  @Test
  void renamesReferrals() {
    Message answer = asking.udp(query("x.sub.component.thisdcos.global", Type.A));

    assertThat(texts(answer, Section.AUTHORITY))
        .containsExactly("sub.component.thisdcos.global. 60 NS ns.sub.component.thisdcos.global.");
    assertThat(texts(answer, Section.ADDITIONAL))
        .containsExactly("ns.sub.component.thisdcos.global. 60 A 192.0.2.53");
  }

  @Test
  void renamesTheApex() {
    assertThat(texts(asking.udp(query("l4lb.thisdcos.global", Type.SOA)), Section.ANSWER))
        .containsExactly(
            "l4lb.thisdcos.global. 5 SOA ns.spartan. support.mesosphere.com. 42 60 180 86400 1");
    assertThat(texts(asking.tcp(query("dclb.thisdcos.directory", Type.ANY)), Section.ANSWER))
        .contains("dclb.thisdcos.directory. 3600 NS ns.spartan.");
  }

  @Test
  void deniesNamesThatNoZoneCanHave() {
    String label = "x".repeat(63) + ".";
    String longest = label + label + label + "x".repeat(40) + ".l4lb.thisdcos.global";

    Message answer = asking.udp(query(longest, Type.A));

    assertThat(name(longest).wireLength()).isGreaterThan(253);
    assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(answer, Section.AUTHORITY).get(0)).startsWith("l4lb.thisdcos.global. 1 SOA");
  }

  @Test
  void showsAnApexAboveTheAliasAsItIs() {
    Aliases narrow =
        Aliases.of(List.of(new Alias(name("a.example.org"), name("b.web.mesos"), false)));

    Message answer = new Asking(narrow, mesos()).udp(query("x.a.example.org", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(answer, Section.AUTHORITY).get(0)).startsWith("mesos. 30 SOA");
  }

  @Test
  void countsNothingTwice() {
    asking.udp(query("web.marathon.dclb.thisdcos.global", Type.A));

    assertThat(asking.metrics.count("dcosnet.dns.responses", "proto", "udp", "rcode", "NOERROR"))
        .isEqualTo(1);
  }
}
