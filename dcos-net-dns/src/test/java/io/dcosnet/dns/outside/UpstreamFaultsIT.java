// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Script;
import io.dcosnet.dns.transport.upstream.Scripts;
import io.dcosnet.testkit.TestCertificate;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients of all kinds get an answer in time, whatever is wrong with the servers that are asked for
 * it. All questions are asked at once, so that the slowest says how long the test takes.
 */
class UpstreamFaultsIT {

  private static final String ADDRESS = "192.0.2.1";

  /** Resolvers of hosts wait for so long. */
  private static final Duration CLIENT_WAITS = Duration.ofSeconds(5);

  /** What this machine may lose while it does all that at once. */
  private static final Duration LEEWAY = Duration.ofSeconds(4);

  /** All clients are one host, which may not be turned away. */
  private static final TcpLimits LIMITS =
      new TcpLimits(1024, 1024, Duration.ofSeconds(60), Duration.ofSeconds(60));

  /** What is wrong with a server. */
  enum Fault {
    SILENT(Scripts.silent(), false),
    SLOW(Scripts.slow(Duration.ofMillis(600), Scripts.answering(ADDRESS)), true),
    TOO_SLOW(Scripts.slow(Duration.ofSeconds(6), Scripts.answering(ADDRESS)), false),
    WRONG_ID(Scripts.wrongId("203.0.113.66"), false),
    WRONG_QUESTION(Scripts.wrongQuestion("203.0.113.66"), false),
    WRONG_SOURCE(Scripts.wrongSource("203.0.113.66"), false),
    TRUNCATED(Scripts.overUdp(Scripts.truncated(), Scripts.answering(ADDRESS)), true),
    ALWAYS_TRUNCATED(Scripts.truncated(), false),
    FORMERR(Scripts.refusing(Codes.FORMERR), false),
    SERVFAIL(Scripts.refusing(Codes.SERVFAIL), false),
    NOTIMP(Scripts.refusing(Codes.NOTIMP), false),
    REFUSED(Scripts.refusing(Codes.REFUSED), false),
    FORMERR_TO_EDNS(toEdns(Scripts.formatErrorWithoutQuestion()), true),
    NOTIMP_TO_EDNS(toEdns(Scripts.refusing(Codes.NOTIMP)), true),
    GARBAGE(Scripts.garbage(), false),
    MALFORMED(Scripts.malformed(), false),
    ENDS_IN_THE_MIDDLE(Scripts.overUdp(Scripts.truncated(), Scripts.hangingUpInTheMiddle()), false),
    ENDS_AT_ONCE(Scripts.overUdp(Scripts.truncated(), Scripts.hangingUp()), false),
    DOES_NOT_LISTEN(null, false);

    @SuppressWarnings("ImmutableEnumChecker") // scripts keep nothing
    private final @Nullable Script script;

    private final boolean mended;

    /**
     * What it does.
     *
     * @param mended true when asking this server in another way brings the answer
     */
    Fault(@Nullable Script script, boolean mended) {
      this.script = script;
      this.mended = mended;
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Script toEdns(Script fault) {
      return visit -> {
        boolean edns = visit.query().getOPT() != null;
        (edns ? fault : Scripts.answering(ADDRESS)).play(visit);
      };
    }
  }

  private record Heard(RawMessage response, Duration after) {}

  @TempDir private static Path folder;

  private static AskedServer asked;
  private static final Map<String, Future<Heard>> HEARD = new HashMap<>();

  @BeforeAll
  static void askAll() throws Exception {
    RoutingTable.Builder routes = RoutingTable.builder();
    ScriptedUpstream well = ScriptedUpstream.start(Scripts.answering(ADDRESS));
    Map<Fault, ScriptedUpstream> faulty = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      ScriptedUpstream server = start(fault);
      faulty.put(fault, server);
      routes.route(
          DomainName.parse(fault.label() + ".alone.example.org"),
          Policy.SEQUENTIAL,
          AskedServer.upstreams(server));
      routes.route(
          DomainName.parse(fault.label() + ".helped.example.org"),
          Policy.SEQUENTIAL,
          AskedServer.upstreams(server, well));
    }
    TestCertificate certificate = TestCertificate.make(folder, "dns");
    asked =
        AskedServer.start(certificate, builder -> builder.forward(routes.build()).tcpLimits(LIMITS))
            .with(well)
            .with(faulty.values().toArray(ScriptedUpstream[]::new));
    ExecutorService threads = Executors.newCachedThreadPool();
    CountDownLatch begin = new CountDownLatch(1);
    for (Fault fault : Fault.values()) {
      for (Way way : Way.values()) {
        for (String company : List.of("alone", "helped")) {
          String name = name(way, fault, company);
          Client client = asked.client(way);
          HEARD.put(
              name,
              threads.submit(
                  () -> {
                    begin.await();
                    return ask(client, way, name);
                  }));
        }
      }
    }
    begin.countDown();
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  private static ScriptedUpstream start(Fault fault) {
    if (fault.script != null) {
      return ScriptedUpstream.start(fault.script);
    }
    ScriptedUpstream gone = ScriptedUpstream.start(Scripts.silent());
    gone.close();
    return gone;
  }

  private static String name(Way way, Fault fault, String company) {
    String label = way.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return label + "." + fault.label() + "." + company + ".example.org";
  }

  /** In letters as clients choose them who trust nobody. */
  private static Heard ask(Client client, Way way, String name) throws Exception {
    RawDns query =
        RawDns.query(RawName.of(name).withMixedCase(), Codes.TYPE_A)
            .flags(Codes.RD)
            .id(name.hashCode() & 0xffff);
    if (way.hasEdns()) {
      query.opt(4096);
    }
    try (client) {
      long start = System.nanoTime();
      RawMessage response = client.ask(query);
      return new Heard(response, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  @AfterAll
  static void close() throws Exception {
    asked.close();
    HEARD.clear();
  }

  private static Heard heard(Way way, Fault fault, String company) throws Exception {
    return requireNonNull(HEARD.get(name(way, fault, company))).get();
  }

  static Stream<Arguments> faultsAndWays() {
    return Arrays.stream(Fault.values())
        .flatMap(
            fault ->
                Arrays.stream(Way.values())
                    .map(way -> Arguments.of(named(fault.label(), fault), way)));
  }

  @ParameterizedTest
  @MethodSource("faultsAndWays")
  void anotherServerHelps(Fault fault, Way way) throws Exception {
    Heard heard = heard(way, fault, "helped");

    assertThat(heard.response.rcode()).isEqualTo(Codes.NOERROR);
    assertThat(AskedServer.data(heard.response)).containsExactly(ADDRESS);
    assertThat(heard.after).isLessThan(CLIENT_WAITS.plus(LEEWAY));
  }

  @ParameterizedTest
  @MethodSource("faultsAndWays")
  void withoutAnotherServerTheClientIsToldInTime(Fault fault, Way way) throws Exception {
    Heard heard = heard(way, fault, "alone");

    if (fault.mended) {
      assertThat(AskedServer.data(heard.response)).containsExactly(ADDRESS);
    } else {
      assertThat(heard.response.rcode()).isEqualTo(Codes.SERVFAIL);
      assertThat(heard.response.answers()).isEmpty();
      assertThat(heard.response.has(Codes.RA)).as("RA").isTrue();
      if (way.hasEdns()) {
        assertThat(AskedServer.extendedError(heard.response)).isIn(22, 23);
      }
    }
    assertThat(heard.after).isLessThan(CLIENT_WAITS.plus(LEEWAY));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void tellsServersThatSpeakFromThoseThatDoNot(Fault fault) throws Exception {
    boolean speaks =
        switch (fault) {
          case ALWAYS_TRUNCATED, FORMERR, SERVFAIL, NOTIMP, REFUSED, MALFORMED -> true;
          default -> false;
        };
    if (!fault.mended) {
      assertThat(AskedServer.extendedError(heard(Way.EDNS_UDP, fault, "alone").response))
          .isEqualTo(speaks ? 22 : 23);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void endsEachQueryWhileItsClientWaits(Fault fault) {
    for (String company : List.of("alone", "helped")) {
      String zone = fault.label() + "." + company + ".example.org.";

      assertThat(asked.metrics().values("dcosnet.dns.forward.duration.nanos", "zone", zone))
          .hasSizeBetween(1, Way.values().length)
          .allSatisfy(nanos -> assertThat(nanos).isLessThan(CLIENT_WAITS.toNanos()));
    }
  }
}
