// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a login server on the loopback that checks the signature. */
class ServiceAccountIT {

  private final VirtualTime time = new VirtualTime();
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final FakeLogin login = new FakeLogin();
  private final ServiceAccount account = ServiceAccount.of(login.key(), time, executor);

  @AfterEach
  void close() {
    executor.shutdownNow();
    login.close();
  }

  private String header() {
    return account.header().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void logsInWithASignedTokenOfOneMinute() {
    assertThat(header()).isEqualTo("token=t1");

    long now = VirtualTime.EPOCH.getEpochSecond();
    assertThat(login.claims).containsExactly("{\"uid\":\"dns\",\"exp\":" + (now + 60) + "}");
    assertThat(login.wanted).containsExactly(now + 3600);
  }

  @Test
  void renewsTheTokenTenSecondsBeforeItsEnd() {
    header();

    time.advance(Duration.ofMinutes(60).minusSeconds(11));
    assertThat(header()).isEqualTo("token=t1");
    time.advance(Duration.ofSeconds(1));

    assertThat(header()).isEqualTo("token=t2");
  }

  @Test
  void logsInAgainWhenTheTokenIsRejected() {
    String first = header();

    assertThat(account.rejected(first)).isTrue();

    assertThat(header()).isEqualTo("token=t2");
  }

  @Test
  void keepsANewTokenWhenTheOldOneIsRejectedLate() {
    String first = header();
    account.rejected(first);
    header();

    account.rejected(first);

    assertThat(header()).isEqualTo("token=t2");
  }

  @Test
  void whoAsksMeanwhileWaitsForTheSameLogin() {
    CountDownLatch gate = new CountDownLatch(1);
    login.gate = gate;
    CompletableFuture<String> first = account.header().toCompletableFuture();
    CompletableFuture<String> second = account.header().toCompletableFuture();
    assertThat(first).isNotDone();

    gate.countDown();

    assertThat(first.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("token=t1");
    assertThat(second.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("token=t1");
    assertThat(login.logins()).isEqualTo(1);
  }

  @Test
  void takesTheTokenOutOfTheCookie() {
    login.byCookie = true;

    assertThat(header()).isEqualTo("token=t1");
  }

  @Test
  void showsTheOldTokenUntilItsEndWhileNoNewOneCanBeHad() {
    header();
    login.refusal = 503;

    time.advance(Duration.ofMinutes(60).minusSeconds(5));
    assertThat(header()).isEqualTo("token=t1");
    time.advance(Duration.ofSeconds(5));

    assertThatThrownBy(this::header)
        .hasCauseInstanceOf(DcosNetException.class)
        .hasMessageContaining("answered 503");
  }

  @Test
  void saysWhyItCannotLogInWithoutAnySecret() {
    try (FakeLogin other = FakeLogin.withOtherKey()) {
      ServiceAccountKey wrong = other.key().withLoginEndpoint(login.key().loginEndpoint());
      ServiceAccount stranger = ServiceAccount.of(wrong, time, executor);

      assertThatThrownBy(
              () -> stranger.header().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join())
          .hasMessageContaining("login of dns at " + login.endpoint() + " answered 401")
          .hasMessageNotContaining("eyJ"); // with which the signed token begins
    }
  }

  @Test
  void triesAgainAfterTheServerWasAway() {
    login.refusal = 502;
    assertThatThrownBy(this::header).hasMessageContaining("502");

    login.refusal = 0;

    assertThat(header()).isEqualTo("token=t1");
  }
}
