// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.ScriptedUpstreams.Asked;
import io.dcosnet.dns.forward.ScriptedUpstreams.Step;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class ForwarderProperties {

  private static final Query QUERY = Query.of(DomainName.parse("www.example.org"), 1);
  private static final Set<Integer> USABLE = Set.of(Rcode.NOERROR, Rcode.NXDOMAIN, Rcode.YXDOMAIN);

  /** A question and what came of it. */
  private record Played(Asked asked, @Nullable Step step) {
    boolean isUsableWithin(Duration budget) {
      return step != null
          && step.failure() == null
          && !step.truncated()
          && USABLE.contains(step.rcode())
          && asked.at().plus(step.delay()).compareTo(budget) < 0;
    }
  }

  @Provide
  Arbitrary<@Nullable Step> steps() {
    Arbitrary<Integer> delays =
        Arbitraries.oneOf(
            Arbitraries.of(0, 1, 200, 400, 4499, 4500), Arbitraries.integers().between(0, 6000));
    Arbitrary<Step> failures =
        Combinators.combine(delays, Arbitraries.of(Kind.values())).as(ScriptedUpstreams::failure);
    Arbitrary<Step> codes =
        Combinators.combine(delays, Arbitraries.of(0, 1, 2, 3, 4, 5, 6, 9, 16))
            .as(ScriptedUpstreams::rcode);
    Arbitrary<Step> failureCodes =
        Combinators.combine(delays, Arbitraries.of(1, 2, 4, 5)).as(ScriptedUpstreams::rcode);
    Arbitrary<Step> truncated = delays.map(ScriptedUpstreams::truncated);
    return Arbitraries.oneOf(failures, codes, failureCodes, truncated).injectNull(0.3);
  }

  @Provide
  Arbitrary<List<@Nullable Step>> scripts() {
    return steps().list().ofMinSize(1).ofMaxSize(40);
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void eachQueryHasOneAnswerInTimeAndNothingIsLeft(
      @ForAll Policy policy,
      @ForAll @IntRange(min = 1, max = 7) int count,
      @ForAll("scripts") List<@Nullable Step> script,
      @ForAll @IntRange(min = 1, max = 5000) int millisLeft,
      @ForAll long seed) {
    VirtualTime time = new VirtualTime();
    ScriptedUpstreams servers = new ScriptedUpstreams(time);
    List<Played> played = new ArrayList<>();
    List<Upstream> upstreams =
        IntStream.rangeClosed(1, count).mapToObj(ScriptedUpstreams::server).toList();
    for (Upstream upstream : upstreams) {
      servers.script(
          upstream,
          asked -> {
            Step step = script.get(played.size() % script.size());
            played.add(new Played(asked, step));
            return step;
          });
    }
    Forwarder forwarder = forwarder(servers, time, policy, upstreams, seed);
    Duration budget = Duration.ofMillis(Math.min(millisLeft, 4500));
    AtomicInteger answers = new AtomicInteger();

    CompletableFuture<Answer> answer =
        forwarder.resolve(patient(Duration.ofMillis(millisLeft))).toCompletableFuture();
    var unused = answer.whenComplete((ok, failure) -> answers.incrementAndGet());
    time.runUntilIdle();

    assertThat(answers).hasValue(1);
    assertThat(Duration.ofNanos(time.nanos())).isLessThanOrEqualTo(budget);
    assertThat(servers.open()).isZero();
    assertThat(forwarder.outstanding()).isZero();
    assertThat(forwarder.status()).allSatisfy(each -> assertThat(each.outstanding()).isZero());
    assertThat(played.size()).isLessThanOrEqualTo(ForwardedQuery.MAX_ATTEMPTS + 2 * count);
    boolean usable = played.stream().anyMatch(each -> each.isUsableWithin(budget));
    assertThat(USABLE.contains(answer.join().rcode())).isEqualTo(usable);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void whateverServersDoTheForwarderGoesOn(
      @ForAll Policy policy,
      @ForAll @IntRange(min = 1, max = 5) int count,
      @ForAll("scripts") List<@Nullable Step> script,
      @ForAll long seed) {
    VirtualTime time = new VirtualTime();
    ScriptedUpstreams servers = new ScriptedUpstreams(time);
    SplittableRandom random = new SplittableRandom(seed);
    List<Upstream> upstreams =
        IntStream.rangeClosed(1, count).mapToObj(ScriptedUpstreams::server).toList();
    for (Upstream upstream : upstreams) {
      servers.script(upstream, asked -> script.get(random.nextInt(script.size())));
    }
    Forwarder forwarder = forwarder(servers, time, policy, upstreams, seed);
    forwarder.start();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      answers.add(forwarder.resolve(QUERY).toCompletableFuture());
      time.advance(Duration.ofMillis(random.nextInt(500)));
    }
    time.advance(Forwarder.DEFAULT_BUDGET);
    assertThat(answers).allSatisfy(each -> assertThat(each).isCompleted());

    // All servers are well again: so is the forwarder, after the longest wait of a probe.
    upstreams.forEach(each -> servers.always(each, ScriptedUpstreams.answer(5)));
    time.advance(HealthWatch.LONGEST_WAIT.plus(Duration.ofSeconds(6)));

    CompletableFuture<Answer> last = forwarder.resolve(QUERY).toCompletableFuture();
    time.advance(Duration.ofMillis(5));
    assertThat(last.join().rcode()).isZero();
    assertThat(forwarder.status())
        .allSatisfy(each -> assertThat(each.state()).isEqualTo(UpstreamStatus.State.UP));
    forwarder.stop(Duration.ZERO);
    time.runUntilIdle();
    assertThat(servers.open()).isZero();
  }

  private static Forwarder forwarder(
      ScriptedUpstreams servers,
      VirtualTime time,
      Policy policy,
      List<Upstream> upstreams,
      long seed) {
    return Forwarder.builder(servers, time, new SplittableRandom(seed))
        .routes(RoutingTable.builder().defaultRoute(policy, upstreams).build())
        .build();
  }

  private static Query patient(Duration timeLeft) {
    return new Query(QUERY.name(), 1, true, false, false, false, null, QUERY.protocol(), timeLeft);
  }
}
