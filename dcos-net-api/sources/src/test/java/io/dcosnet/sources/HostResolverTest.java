// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostResolverTest {

  private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
  private static final IpAddress TWO = IpAddress.parse("192.0.2.2");

  private final VirtualTime time = new VirtualTime();
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final Map<String, List<IpAddress>> zone = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<Long> news = new ArrayList<>();
  private final HostResolver resolver = HostResolver.create(time, work::add, this::answer);

  private List<IpAddress> answer(String host) throws IOException {
    asked.add(host);
    List<IpAddress> addresses = zone.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host);
    }
    return addresses;
  }

  private void runWork() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "2001:db8::7, 2001:db8::7",
    "::ffff:192.0.2.7, 192.0.2.7",
    "localhost, 127.0.0.1",
    "LocalHost., 127.0.0.1",
    "a.localhost, 127.0.0.1"
  })
  void asksNobodyForWhatItKnows(String host, String address) {
    assertThat(resolver.addresses(host)).containsExactly(IpAddress.parse(address));
    assertThat(work).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "10.1",
        "1",
        "0x7f000001",
        "a.0x1",
        "a..b",
        "a b",
        "a\u0000b",
        "ü",
        "[::1]",
        "fe80::1%eth0",
        "http://x"
      })
  void asksNobodyForWhatIsNoHost(String host) {
    assertThat(resolver.addresses(host)).isEmpty();
    assertThat(work).isEmpty();
  }

  @Test
  void saysNothingAtFirstAndTellsWhenTheAnswerIsThere() {
    zone.put("node1.example.org", List.of(ONE));
    resolver.onNews(() -> news.add(time.nanos()));

    assertThat(resolver.addresses("Node1.Example.org.")).isEmpty();
    assertThat(resolver.addresses("node1.example.org")).isEmpty();
    runWork();
    time.advance(Duration.ofSeconds(1));

    assertThat(resolver.addresses("node1.example.org")).containsExactly(ONE);
    assertThat(news).hasSize(1);
    assertThat(asked).containsExactly("node1.example.org");
  }

  @Test
  void tellsManyAnswersAsOne() {
    resolver.onNews(() -> news.add(time.nanos()));
    for (int i = 0; i < 100; i++) {
      zone.put("n" + i, List.of(ONE));
      assertThat(resolver.addresses("n" + i)).isEmpty();
    }
    runWork();
    time.advance(Duration.ofSeconds(1));

    assertThat(asked).hasSize(100);
    assertThat(news).hasSize(1);
  }

  @Test
  void occupiesFewThreads() {
    for (int i = 0; i < 100; i++) {
      resolver.addresses("n" + i);
    }

    assertThat(work).hasSize(HostResolver.MAX_LOOKUPS);
  }

  @Test
  void worksThroughManyNamesOnTheCallersThread() {
    HostResolver direct = HostResolver.create(time, Runnable::run, host -> List.of(ONE));

    for (int i = 0; i < HostResolver.MAX_NAMES; i++) {
      direct.addresses("n" + i);
    }

    assertThat(direct.addresses("n1")).containsExactly(ONE);
    assertThat(direct.addresses("one-too-many")).isEmpty();
  }

  @Test
  void takesTheFirstOfEachFamily() {
    zone.put(
        "n", List.of(IpAddress.parse("2001:db8::1"), ONE, IpAddress.parse("2001:db8::2"), TWO));
    resolver.addresses("n");
    runWork();

    assertThat(resolver.addresses("n")).containsExactly(ONE, IpAddress.parse("2001:db8::1"));
  }

  @Test
  void looksAgainWhenTheAnswerIsOldAndTellsOnlyWhatIsNew() {
    zone.put("n", List.of(ONE));
    resolver.onNews(() -> news.add(time.nanos()));
    resolver.addresses("n");
    runWork();
    time.advance(HostResolver.FRESH_FOR);

    assertThat(resolver.addresses("n")).containsExactly(ONE);
    runWork();
    time.advance(HostResolver.FRESH_FOR);
    zone.put("n", List.of(TWO));
    assertThat(resolver.addresses("n")).containsExactly(ONE);
    runWork();
    time.advance(Duration.ofSeconds(1));

    assertThat(resolver.addresses("n")).containsExactly(TWO);
    assertThat(asked).hasSize(3);
    assertThat(news).hasSize(2);
  }

  @Test
  void keepsTheLastAnswerWhileTheNameServersAreAway() {
    zone.put("n", List.of(ONE));
    resolver.addresses("n");
    runWork();
    zone.clear();

    for (int i = 0; i < 100; i++) {
      time.advance(HostResolver.FRESH_FOR);
      assertThat(resolver.addresses("n")).containsExactly(ONE);
      runWork();
    }
    assertThat(asked).hasSize(101);
  }

  @Test
  void waitsBeforeItAsksAgainInVain() {
    for (int second = 0; second < 20; second++) {
      assertThat(resolver.addresses("gone.example.org")).isEmpty();
      runWork();
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(asked).hasSize(2);
  }

  @Test
  void forgetsNamesThatNobodyAsksForAnyMore() {
    zone.put("n", List.of(ONE));
    resolver.addresses("n");
    runWork();
    time.advance(HostResolver.FORGET_AFTER);
    resolver.addresses("other");

    assertThat(resolver.addresses("n")).isEmpty();
  }

  @Test
  void outlivesAnExecutorThatRefuses() {
    HostResolver refused =
        HostResolver.create(
            time,
            task -> {
              throw new RejectedExecutionException("full");
            },
            this::answer);

    assertThat(refused.addresses("n")).isEmpty();
    time.advance(HostResolver.RETRY_AFTER);
    assertThat(refused.addresses("n")).isEmpty();
  }

  @Test
  void tellsNobodyWhoHasLeft() {
    zone.put("n", List.of(ONE));
    resolver.onNews(() -> news.add(time.nanos())).close();
    resolver.addresses("n");
    runWork();
    time.advance(Duration.ofSeconds(1));

    assertThat(news).isEmpty();
  }

  @Test
  void answersACommandWithinItsLimit() {
    CountDownLatch never = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    HostLookup lookup =
        host -> {
          if (host.startsWith("slow")) {
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          if (host.startsWith("bad")) {
            throw new UnknownHostException(host);
          }
          return List.of(ONE, TWO);
        };
    try {
      Map<String, List<IpAddress>> found =
          HostResolver.resolveAll(
              List.of("slow.example.org", "bad.example.org", "good.example.org", "localhost"),
              Duration.ofMillis(300),
              pool,
              lookup);

      assertThat(found)
          .isEqualTo(
              Map.of(
                  "good.example.org", List.of(ONE), "localhost", List.of(IpAddress.LOOPBACK_IPV4)));
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void asksTheMachineForItsOwnName() throws IOException {
    assertThat(HostLookup.system().addresses("localhost")).isNotEmpty();
  }
}
