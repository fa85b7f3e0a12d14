// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.explain.Explanation.Answer;
import io.dcosnet.dns.explain.Explanation.Kind;
import io.dcosnet.dns.explain.Explanation.Step;
import io.dcosnet.dns.explain.Explanation.ZoneFacts;
import io.dcosnet.dns.explain.Explanation.ZoneState;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainerTest {

  private final Known mesos = new Known("mesos");

  ExplainerTest() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.marathon.mesos"), addresses("192.0.2.1", "192.0.2.2"));
    edit.put(name("database.marathon.mesos"), addresses("192.0.2.3"));
    edit.put(name("_web._tcp.marathon.mesos"), Zones.services("31000 web-1.marathon.mesos"));
    edit.put(name("web.chronos.mesos"), addresses("192.0.2.4"));
    edit.put(name("*.wild.mesos"), addresses("192.0.2.5"));
    edit.put(name("deep.wild.mesos"), addresses("192.0.2.6"));
    edit.put(name("alias.mesos"), alias("second.mesos"));
    edit.put(name("second.mesos"), alias("web.marathon.mesos"));
    edit.put(name("dangling.mesos"), alias("nothing.mesos"));
    edit.put(name("out.mesos"), alias("www.example.org"));
    edit.put(name("circle.mesos"), alias("circle.mesos"));
    edit.put(
        name("moved.mesos"),
        RecordSet.of(RecordType.DNAME, 60, Rdata.name(name("marathon.mesos"))));
    edit.put(name("other.mesos"), RecordSet.of(RecordType.NS, 60, Rdata.name(name("ns.test"))));
    edit.wildcards(true);
    mesos.published.publish(edit.commit(101));
  }

  @Test
  void tellsTheWayToTheRecordsAndWhoMadeThem() {
    Explanation told = explain("WEB.marathon.mesos", RecordType.A);

    assertThat(told.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(told.answer()).extracting(Answer::data).containsExactly("192.0.2.1", "192.0.2.2");
    assertThat(told.steps())
        .containsExactly(
            new Step(Kind.NAME, "read as WEB.marathon.mesos."),
            new Step(Kind.ZONE, "mesos. serial 101"),
            new Step(Kind.FOUND, "WEB.marathon.mesos. has 2 A"),
            new Step(Kind.ANSWER, "2 records of type A"));
    assertThat(told.zone())
        .isEqualTo(
            new ZoneFacts(name("mesos"), ZoneState.READY, 101, Duration.ofSeconds(5), 13, 14));
    assertThat(told.origins())
        .extracting(origin -> origin.origin().subject())
        .containsExactly("web.1");
    assertThat(told.collisions()).containsExactly("task \"web\"", "task \"w_eb\"");
    assertThat(told.refused()).extracting(Rejection::subject).containsExactly("web.7");
    assertThat(told.suggestions()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "database.marathon.mesos, AAAA, NOERROR, database.marathon.mesos. exists and has no AAAA record",
    "marathon.mesos, A, NOERROR, marathon.mesos. exists and has no A record",
    "no.marathon.mesos, A, NXDOMAIN, no.marathon.mesos. does not exist",
    "x.wild.mesos, A, NOERROR, 1 record of type A",
    "x.y.wild.mesos, A, NOERROR, 1 record of type A",
    "x.deep.wild.mesos, A, NXDOMAIN, x.deep.wild.mesos. does not exist",
    "x.wild.mesos, AAAA, NOERROR, x.wild.mesos. exists and has no AAAA record",
    "alias.mesos, A, NOERROR, 2 records of type A",
    "alias.mesos, CNAME, NOERROR, 1 record of type CNAME",
    "dangling.mesos, A, NXDOMAIN, nothing.mesos. does not exist",
    "circle.mesos, A, SERVFAIL, 'more than 16 aliases in a row, or a circle of them'",
    "web.moved.mesos, A, NOERROR, 2 records of type A",
    "x.other.mesos, A, NOERROR, a referral to the servers of other.mesos.",
    "other.mesos, DS, NOERROR, other.mesos. exists and has no DS record",
    "mesos, SOA, NOERROR, 1 record of type SOA"
  })
  void endsAsAServerDoes(String name, String type, String rcode, String last) {
    Explanation told = explain(name, RecordTypes.parse(type).orElseThrow());

    assertThat(Rcode.name(told.rcode())).isEqualTo(rcode);
    assertThat(told.steps()).last().extracting(Step::text).isEqualTo(last);
  }

  @Test
  void followsAliasesInOrder() {
    assertThat(explain("alias.mesos", RecordType.A).answer())
        .extracting(answer -> answer.owner() + " " + answer.data())
        .containsExactly(
            "alias.mesos. second.mesos.",
            "second.mesos. web.marathon.mesos.",
            "web.marathon.mesos. 192.0.2.1",
            "web.marathon.mesos. 192.0.2.2");
    assertThat(explain("alias.mesos", RecordType.A).origins()).hasSize(3);
    Explanation out = explain("out.mesos", RecordType.A);
    assertThat(out.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(out.answer()).hasSize(1);
    assertThat(out.steps())
        .last()
        .extracting(Step::text)
        .isEqualTo("no zone of this server has www.example.org.: the client has to ask on");
  }

  @Test
  void answersForAWildcardWithTheNameThatWasAsked() {
    assertThat(explain("x.wild.mesos", RecordType.A).answer())
        .containsExactly(new Answer(name("x.wild.mesos"), 60, RecordType.A, "192.0.2.5"));
    assertThat(explain("x.wild.mesos", RecordType.A).steps())
        .contains(new Step(Kind.FOUND, "*.wild.mesos. stands for it and has 1 A"));
  }

  @Test
  void takesAnAsteriskForALabelWhereItIsNoWildcard() {
    ZoneSnapshot.Edit edit = Objects.requireNonNull(mesos.snapshot()).edit();
    edit.wildcards(false);
    mesos.published.publish(edit.commit(102));

    assertThat(explain("x.wild.mesos", RecordType.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(explain("*.wild.mesos", RecordType.A).answer()).hasSize(1);
  }

  @Test
  void saysThatAMovedNameIsTooLong() {
    String name = ("a".repeat(63) + ".").repeat(3) + "b".repeat(49) + ".moved.mesos";

    assertThat(explain(name, RecordType.A).rcode()).isEqualTo(Rcode.YXDOMAIN);
  }

  @Test
  void movesAWholeZone() {
    Known old = new Known("old");
    ZoneSnapshot.Edit edit = Zones.empty("old").edit();
    edit.put(name("old"), RecordSet.of(RecordType.DNAME, 60, Rdata.name(name("marathon.mesos"))));
    old.published.publish(edit.commit(101));

    assertThat(Explainer.of(List.of(mesos, old)).find(name("web.old"), RecordType.A).answer())
        .extracting(Answer::data)
        .containsExactly("marathon.mesos.", "192.0.2.1", "192.0.2.2");
  }

  @Test
  void looksUnderAnotherNameAlongAChainToo() {
    Explainer aliased =
        new Explainer(
            ZoneTable.of(List.of(mesos)),
            name -> name.equals(name("www.example.org")) ? name("web.marathon.mesos") : null);

    Explanation told = aliased.explain("out.mesos", RecordType.A, null);

    assertThat(told.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(told.answer()).hasSize(3);
  }

  @Test
  void looksUnderTheNameThatAnEndStandsFor() {
    Explainer aliased =
        new Explainer(
            ZoneTable.of(List.of(mesos)),
            name -> name.equals(name("web.old")) ? name("web.marathon.mesos") : null);

    Explanation told = aliased.explain("web.old", RecordType.A, IpAddress.parse("192.0.2.9"));

    assertThat(told.steps()).contains(new Step(Kind.ALIAS, "looked for as web.marathon.mesos."));
    assertThat(told.answer()).hasSize(2);
    assertThat(aliased.find(name("web.old"), RecordType.A).answer()).hasSize(2);
    assertThat(told.client()).isEqualTo(IpAddress.parse("192.0.2.9"));
  }

  @ParameterizedTest
  @CsvSource({
    "wbe.marathon.mesos, web.marathon.mesos.",
    "databse.marathon.mesos, database.marathon.mesos.",
    "web.marthon.mesos, web.marathon.mesos.",
    "database.mesos, database.marathon.mesos.",
    "_web._udp.marathon.mesos, _web._tcp.marathon.mesos.",
    "WEB.MARATHON.MESSO, WEB.MARATHON.mesos.",
    "web.marathon.meso, web.marathon.mesos."
  })
  void suggestsWhatAPersonMayHaveMeant(String mistyped, String meant) {
    assertThat(explain(mistyped, RecordType.SRV).suggestions())
        .extracting(DomainName::toString)
        .contains(meant);
  }

  @Test
  void suggestsOnlyWhatExistsAndNotTooMuch() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    for (int i = 0; i < 100; i++) {
      edit.put(name("server" + i + ".mesos"), addresses("192.0.2.1"));
    }
    edit.put(name("far-away.mesos"), addresses("192.0.2.1"));
    mesos.published.publish(edit.commit(102));

    assertThat(explain("sever1.mesos", RecordType.A).suggestions())
        .hasSize(5)
        .startsWith(name("server1.mesos"));
    assertThat(explain("completely-different.mesos", RecordType.A).suggestions()).isEmpty();
    assertThat(explain("server1.mesos", RecordType.A).suggestions()).isEmpty();
  }

  @Test
  void deniesNothingWhileNamesMayBeMissing() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.partial(true);
    mesos.published.publish(edit.commit(102));

    Explanation told = explain("web.marathon.mesos", RecordType.A);

    assertThat(told.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(told.zone()).extracting(ZoneFacts::state).isEqualTo(ZoneState.PARTIAL);
    assertThat(told.steps())
        .contains(new Step(Kind.ZONE, "mesos. serial 100, partial: names may be missing"));
  }

  @Test
  void saysThatAZoneWaits() {
    Explanation told =
        Explainer.of(List.of(new Known("mesos"))).explain("a.mesos", RecordType.A, null);

    assertThat(told.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(told.zone()).extracting(ZoneFacts::state).isEqualTo(ZoneState.WAITING);
    assertThat(told.suggestions()).isEmpty();
  }

  @Test
  void saysThatTheNameIsNone() {
    Explanation told = explain("a..b", RecordType.A);

    assertThat(told.rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(told.name()).isNull();
    assertThat(told.toText()).startsWith("? A\n  name    no domain name:");
    assertThat(told.toJson().toUtf8()).contains("\"name\": null", "\"rcode\": \"FORMERR\"");
  }

  @Test
  void explainsTheRoot() {
    assertThat(explain(".", RecordType.A).rcode()).isEqualTo(Rcode.REFUSED);
  }

  @Test
  void readsAsTextAndAsData() {
    Explanation told = explain("web.marathon.mesos", RecordType.A);

    assertThat(told.toText())
        .isEqualTo(
            """
            web.marathon.mesos. A
              name    read as web.marathon.mesos.
              zone    mesos. serial 101
              found   web.marathon.mesos. has 2 A
              answer  2 records of type A
              record  web.marathon.mesos. 60 A 192.0.2.1
              record  web.marathon.mesos. 60 A 192.0.2.2
              from    web.marathon.mesos. A 192.0.2.1: task web.1, TASK_RUNNING at 2025-11-01T00:00:00Z
              shared  task "web"
              shared  task "w_eb"
              left out  task web.7: NO_ADDRESS "x?" (expected: an IP address)
              rcode   NOERROR
            """);
    assertThat(told.toJson().toUtf8())
        .contains(
            "\"name\": \"web.marathon.mesos.\"",
            "\"ageSeconds\": 5",
            "\"subject\": \"web.1\"",
            "\"time\": \"2025-11-01T00:00:00Z\"",
            "\"code\": \"NO_ADDRESS\"");
    assertThat(explain("wbe.marathon.mesos", RecordType.A).toText())
        .contains("  did you mean  web.marathon.mesos.\n  rcode   NXDOMAIN\n");
  }

  @ParameterizedTest
  @CsvSource({"A, 1", "aaaa, 28", "Srv, 33", "ANY, 255", "TYPE65, 65", "65280, 65280", "type1, 1"})
  void readsTypes(String text, int type) {
    assertThat(RecordTypes.parse(text)).contains(type);
  }

  @ParameterizedTest
  @CsvSource({"''", "B", "AXFR", "IXFR", "OPT", "MAILA", "0", "65536", "TYPE", "-1", "A B", "252"})
  void readsNoTypeThatNoRecordHas(String text) {
    assertThat(RecordTypes.parse(text)).isEmpty();
  }

  private Explanation explain(String name, int type) {
    return Explainer.of(List.of(mesos)).explain(name, type, null);
  }

  private static RecordSet alias(String target) {
    return RecordSet.of(RecordType.CNAME, 60, Rdata.name(name(target)));
  }

  /** A zone that knows where its records come from. */
  private static final class Known implements Zone {
    private final DomainName origin;
    private final ZonePublisher published = new ZonePublisher();

    Known(String origin) {
      this.origin = name(origin);
    }

    @Override
    public DomainName origin() {
      return origin;
    }

    @Override
    public @Nullable ZoneSnapshot snapshot() {
      return published.snapshot();
    }

    @Override
    public Subscription follow(Surroundings surroundings) {
      return () -> {};
    }

    @Override
    public Subscription watch(Executor executor, ZoneListener listener) {
      return published.watch(executor, listener);
    }

    @Override
    public List<RecordOrigin> origins(DomainName name) {
      Instant time = Instant.parse("2025-11-01T00:00:00Z");
      return List.of(
          new RecordOrigin(RecordType.A, "192.0.2.1", "task", "web.1", "TASK_RUNNING", time));
    }

    @Override
    public List<Rejection> refused() {
      return List.of(
          new Rejection("task", "db.1", "NO_ADDRESS", "\"x\" (expected: an IP address)"),
          new Rejection("task", "web.7", "NO_ADDRESS", "\"x\u0007\" (expected: an IP address)"));
    }

    @Override
    public SortedMap<String, List<String>> collisions() {
      return new TreeMap<>(Map.of("web.marathon.mesos.", List.of("task \"web\"", "task \"w_eb\"")));
    }

    @Override
    public Duration age() {
      return Duration.ofSeconds(5);
    }
  }
}
