// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.check.Probe.Outcome;
import io.dcosnet.lb.check.Probe.Result;
import io.dcosnet.lb.check.Probe.Subject;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CheckLoopTest {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final Place PLACE = place(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<String> found = new ArrayList<>();
  private final List<Long> tries = new ArrayList<>();
  private final List<CompletableFuture<Outcome>> open = new ArrayList<>();
  private Result result = Result.GOOD;
  private boolean answers = true;
  private boolean throwing;

  private final CheckLoop loop =
      new CheckLoop(
          CheckRules.DEFAULTS,
          (subject, timeout) -> {
            tries.add(time.nanos());
            if (throwing) {
              throw new IllegalStateException("as the test says");
            }
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            if (answers) {
              outcome.complete(new Outcome(result, "as the test says"));
            } else {
              open.add(outcome);
            }
            return outcome;
          },
          time,
          new Random(1),
          new LbMetrics(metrics),
          (place, good) -> found.add(place.endpoint().port() + " " + good));

  @Test
  void triesEachTenSecondsOrSo() {
    loop.follow(one());
    time.advance(Duration.ofMinutes(10));
    assertThat(tries).hasSizeBetween(57, 63);
    assertThat(tries.get(0)).isLessThan(Duration.ofSeconds(10).toNanos());
    for (int i = 1; i < tries.size(); i++) {
      assertThat(tries.get(i) - tries.get(i - 1))
          .isBetween(Duration.ofMillis(9500).toNanos(), Duration.ofMillis(10_500).toNanos());
    }
    assertThat(found).isEmpty();
    assertThat(metrics.count("dcosnet.lb.checks", "result", "good")).isEqualTo(tries.size());
  }

  @Test
  void findsBadAfterThreeAndGoodAfterTwoInARow() {
    loop.follow(one());
    after(2, Result.BAD);
    after(1, Result.GOOD);
    after(2, Result.BAD);
    assertThat(found).isEmpty();
    after(1, Result.BAD);
    assertThat(found).containsExactly("1 false");
    after(1, Result.GOOD);
    after(1, Result.BAD);
    after(1, Result.GOOD);
    assertThat(found).hasSize(1);
    after(1, Result.GOOD);
    assertThat(found).containsExactly("1 false", "1 true");
  }

  @Test
  void makesNothingOfTriesThatCouldNotBegin() {
    loop.follow(one());
    after(2, Result.BAD);
    after(20, Result.NOTHING);
    assertThat(found).isEmpty();
    after(1, Result.BAD);
    assertThat(found).containsExactly("1 false");
    assertThat(metrics.count("dcosnet.lb.checks", "result", "nothing")).isEqualTo(20);
  }

  @Test
  void goesOnAfterTriesThatThrow() {
    throwing = true;
    loop.follow(one());
    after(CheckLoop.MAX_OPEN + 1, Result.BAD);
    throwing = false;
    after(3, Result.BAD);
    assertThat(found).containsExactly("1 false");
    assertThat(metrics.count("dcosnet.lb.checks", "result", "nothing"))
        .isEqualTo(CheckLoop.MAX_OPEN + 1);
  }

  @Test
  void takesBackWhatItFoundOfWhatItTriesNoMore() {
    loop.follow(one());
    after(3, Result.BAD);
    loop.follow(Map.of());
    assertThat(found).containsExactly("1 false", "1 true");
    int before = tries.size();
    time.advance(MINUTE);
    assertThat(tries).hasSize(before);
  }

  @Test
  void beginsAnewForAnotherCheckAndGoesOnForTheSame() {
    loop.follow(one());
    after(3, Result.BAD);
    loop.follow(one());
    assertThat(found).containsExactly("1 false");
    loop.follow(Map.of(PLACE, new Subject(PLACE.endpoint(), Check.http("/"), ProxyHeader.NONE)));
    assertThat(found).containsExactly("1 false", "1 true");
    after(3, Result.BAD);
    assertThat(found).hasSize(3);
  }

  @Test
  void ignoresAnAnswerThatComesAfterTheEnd() {
    answers = false;
    loop.follow(one());
    time.advance(MINUTE);
    assertThat(tries).as("the next one begins after the answer").hasSize(1);
    loop.close();
    open.get(0).complete(new Outcome(Result.BAD, "late"));
    time.advance(MINUTE);
    assertThat(tries).hasSize(1);
    assertThat(metrics.count("dcosnet.lb.checks", "result", "bad")).isZero();
  }

  @Test
  void spreadsManyOverTheIntervalAndBoundsWhatIsUnderWay() {
    Map<Place, Subject> many = new HashMap<>();
    for (int i = 1; i <= 1000; i++) {
      many.put(place(i), new Subject(place(i).endpoint(), Check.TCP, ProxyHeader.NONE));
    }
    loop.follow(many);
    time.advance(Duration.ofSeconds(5));
    assertThat(tries).hasSizeBetween(400, 600);
    answers = false;
    time.advance(MINUTE);
    int waiting = open.size();
    assertThat(waiting).isEqualTo(CheckLoop.MAX_OPEN);
    answers = true;
    Set<CompletableFuture<Outcome>> all = new HashSet<>(open);
    all.forEach(one -> one.complete(new Outcome(Result.GOOD, "at last")));
    int before = tries.size();
    time.advance(Duration.ofSeconds(20));
    assertThat(tries.size() - before).isGreaterThan(1500);
  }

  @Test
  void countsEachThatIsTooManyOnce() {
    Map<Place, Subject> many = new HashMap<>();
    for (int i = 1; i <= CheckLoop.MAX_SUBJECTS + 3; i++) {
      many.put(place(i), new Subject(place(i).endpoint(), Check.TCP, ProxyHeader.NONE));
    }
    for (int i = 0; i < 5; i++) {
      loop.follow(many);
    }
    assertThat(tooMany()).isEqualTo(3);
    Map<Place, Subject> fewer = new HashMap<>(many);
    fewer.keySet().removeAll(List.of(place(1), place(2), place(3), place(4)));
    loop.follow(fewer);
    assertThat(tooMany()).isEqualTo(3);
    loop.follow(many);
    loop.follow(many);
    assertThat(tooMany()).as("these are others").isEqualTo(6);
  }

  private long tooMany() {
    return metrics.count("dcosnet.lb.rejected", "reason", "CHECK_TOO_MANY");
  }

  @Test
  void refusesRulesThatMakeNoSense() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new CheckRules(0, second, second, 1, 1)).hasMessageContaining("1-100");
    assertThatThrownBy(() -> new CheckRules(3, second, second.plusMillis(1), 1, 1))
        .hasMessageContaining("up to the interval");
    assertThatThrownBy(() -> new CheckRules(3, second, second, 1, 0))
        .hasMessageContaining("1 or more");
  }

  /** Some tries that all end like this. */
  private void after(int more, Result ending) {
    result = ending;
    int until = tries.size() + more;
    assertThat(time.runUntil(() -> tries.size() == until, Duration.ofHours(1))).isTrue();
    time.runReady();
  }

  private static Map<Place, Subject> one() {
    return Map.of(PLACE, new Subject(PLACE.endpoint(), Check.TCP, ProxyHeader.NONE));
  }

  private static Place place(int port) {
    return new Place(WEB, HostPort.parse("192.0.2.1:" + port));
  }
}
