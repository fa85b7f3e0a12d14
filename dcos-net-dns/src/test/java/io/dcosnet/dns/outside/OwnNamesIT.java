// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawDns.Section;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names of own zones that lead outside, and names outside that lead back into own zones. */
class OwnNamesIT {

  private static final byte[] OURS = {(byte) 192, 0, 2, 80};
  private static final byte[] THEIRS = {(byte) 198, 51, 100, 1};
  private static final byte[] FORGED = {(byte) 203, 0, 113, 66};
  private static final RawName OWN = RawName.of("web.mesos");

  private final ScriptedUpstream upstream = ScriptedUpstream.start(OwnNamesIT::answer);
  private AskedServer asked;

  @BeforeEach
  void start() {
    asked =
        AskedServer.start(
                builder ->
                    builder.zone(zone()).forward(AskedServer.routes(Policy.DUAL, upstream)))
            .with(upstream);
  }

  @AfterEach
  void close() throws Exception {
    asked.close();
  }

  private static Zone zone() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.80"));
    edit.put(name("out.mesos"), cname("www.example.org"));
    edit.put(name("around.mesos"), cname("back.example.org"));
    edit.put(name("nowhere.mesos"), cname("none.example.org"));
    return Zone.of(edit.commit(0));
  }

  /** Says more than it should about names that are not its own. */
  private static void answer(Visit visit) throws IOException {
    RawMessage query = RawMessage.parse(visit.octets());
    RawDns response = RawDns.response(query).flags(Codes.RA);
    RawName asked = query.questionName();
    if (visit.isFor("www.example.org")) {
      response
          .answer(asked, Codes.TYPE_A, 60, THEIRS)
          .answer(OWN, Codes.TYPE_A, 60, FORGED)
          .record(Section.ADDITIONAL, OWN.octets(), Codes.TYPE_A, 1, 60, FORGED);
    } else if (visit.isFor("back.example.org")) {
      response
          .answer(asked, Codes.TYPE_CNAME, 60, OWN.octets())
          .answer(OWN, Codes.TYPE_A, 60, FORGED);
    } else if (visit.isFor("missing.example.org")) {
      response.answer(asked, Codes.TYPE_CNAME, 60, RawName.of("none.mesos").octets());
    } else {
      byte[] soa = RawDns.hex("00 00 00000001 00000e10 00000e10 00000e10 0000001e");
      RawName zone = RawName.of("example.org");
      response.record(Section.AUTHORITY, zone.octets(), Codes.TYPE_SOA, 1, 300, soa);
      response.rcode(Codes.NXDOMAIN);
    }
    visit.send(response.octets());
  }

  /** Each as from an empty cache and as from a full one. */
  private RawMessage askTwice(Way way, String name) throws IOException {
    RawMessage first = asked.ask(way, name);
    RawMessage second = asked.ask(way, name);
    assertThat(second.rcode()).isEqualTo(first.rcode());
    assertThat(AskedServer.data(second)).isEqualTo(AskedServer.data(first));
    for (RawMessage each : new RawMessage[] {first, second}) {
      assertThat(each.toString()).doesNotContain("203.0.113.66");
      assertThat(each.additionals().stream().filter(one -> one.type() == Codes.TYPE_A)).isEmpty();
    }
    return second;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TLS")
  void anAliasIntoTheOutsideIsFollowedThere(Way way) throws Exception {
    RawMessage response = askTwice(way, "out.mesos");

    assertThat(AskedServer.data(response)).containsExactly("www.example.org.", "198.51.100.1");
    assertThat(response.has(Codes.RA)).isTrue();
    assertThat(AskedServer.visits(upstream, "www.example.org")).isEqualTo(1);
    assertThat(AskedServer.visits(upstream, "out.mesos")).isZero();
  }

  @Test
  void anAliasToANameThatDoesNotExistSaysSo() throws Exception {
    RawMessage response = askTwice(Way.EDNS_UDP, "nowhere.mesos");

    assertThat(response.rcode()).isEqualTo(Codes.NXDOMAIN);
    assertThat(AskedServer.data(response)).containsExactly("none.example.org.");
    assertThat(response.authorities()).hasSize(1);
  }

  @Test
  void withoutRecursionAnAliasIntoTheOutsideStandsAlone() throws Exception {
    RawDns query = RawDns.query(RawName.of("out.mesos"), Codes.TYPE_A);

    assertThat(AskedServer.data(asked.ask(Way.PLAIN_UDP, query)))
        .containsExactly("www.example.org.");
    assertThat(AskedServer.visits(upstream, "www.example.org")).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TLS")
  void whatOthersSayOfOurNamesIsNotBelieved(Way way) throws Exception {
    assertThat(AskedServer.data(askTwice(way, "www.example.org"))).containsExactly("198.51.100.1");
    assertThat(AskedServer.data(askTwice(way, "back.example.org")))
        .containsExactly("web.mesos.", "192.0.2.80");
    assertThat(AskedServer.data(askTwice(way, "around.mesos")))
        .containsExactly("back.example.org.", "web.mesos.", "192.0.2.80");
    assertThat(asked.ask(way, "web.mesos").answers().get(0).data()).isEqualTo(OURS);
  }

  @Test
  void anAliasToANameThatOurZoneHasNotEndsThere() throws Exception {
    RawMessage response = askTwice(Way.EDNS_UDP, "missing.example.org");

    assertThat(response.rcode()).isEqualTo(Codes.NXDOMAIN);
    assertThat(AskedServer.data(response)).containsExactly("none.mesos.");
  }

  @Test
  void namesOfOurZonesAreNeverAskedOutside() throws Exception {
    assertThat(asked.ask(Way.EDNS_UDP, "none.mesos").rcode()).isEqualTo(Codes.NXDOMAIN);
    askTwice(Way.EDNS_UDP, "missing.example.org");
    askTwice(Way.EDNS_UDP, "around.mesos");

    assertThat(upstream.visits())
        .noneMatch(visit -> visit.query().getQuestion().getName().toString().endsWith("mesos."));
  }
}
