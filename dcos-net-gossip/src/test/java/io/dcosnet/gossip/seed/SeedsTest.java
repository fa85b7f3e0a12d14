// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.MasterDetector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SeedsTest {

  private static final HostPort ONE = HostPort.parse("192.0.2.1:7950");
  private static final HostPort TWO = HostPort.parse("192.0.2.2:7950");
  private static final HostPort THREE = HostPort.parse("[2001:db8::3]:7950");

  private static List<HostPort> ask(SeedProvider provider) {
    return provider.seeds().toCompletableFuture().join();
  }

  private static InetAddress inet(HostPort address) {
    return address.address().toInetAddress();
  }

  @Test
  void fixedSeedsNeedAPort() {
    assertThat(ask(Seeds.of(ONE, TWO))).containsExactly(ONE, TWO);
    assertThat(ask(Seeds.none())).isEmpty();
    assertThatThrownBy(() -> Seeds.of(HostPort.parse("192.0.2.1:0")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameIsLookedUpAnewEachTimeOnTheExecutor() {
    List<Runnable> work = new ArrayList<>();
    List<InetAddress> addresses = new ArrayList<>(List.of(inet(ONE)));
    SeedProvider seeds =
        Seeds.dns(
            "seeds.example.org", 7950, work::add, name -> addresses.toArray(InetAddress[]::new));
    CompletableFuture<List<HostPort>> first = seeds.seeds().toCompletableFuture();
    assertThat(first).isNotDone();
    work.remove(0).run();
    addresses.add(inet(THREE));
    CompletableFuture<List<HostPort>> second = seeds.seeds().toCompletableFuture();
    work.remove(0).run();

    assertThat(first).isCompletedWithValue(List.of(ONE));
    assertThat(second).isCompletedWithValue(List.of(ONE, THREE));
  }

  @Test
  void aNameThatIsNotFoundFailsTheStage() {
    SeedProvider unknown =
        Seeds.dns(
            "none.example.org",
            7950,
            Runnable::run,
            name -> {
              throw new UnknownHostException(name);
            });
    SeedProvider busy =
        Seeds.dns(
            "seeds.example.org",
            7950,
            work -> {
              throw new RejectedExecutionException("full, on purpose");
            },
            name -> new InetAddress[0]);

    assertThat(unknown.seeds().toCompletableFuture()).failsWithin(Duration.ZERO);
    assertThat(busy.seeds().toCompletableFuture()).failsWithin(Duration.ZERO);
  }

  @Test
  void mastersAreTheLeaderFirstThenAllWithThePortOfGossip() {
    Master first = new Master(new HostPort(ONE.address(), 5050), "");
    Master second = new Master(new HostPort(TWO.address(), 5050), "");
    Masters[] known = {Masters.NONE};
    SeedProvider seeds =
        Seeds.masters(
            new MasterDetector() {
              @Override
              public Masters masters() {
                return known[0];
              }

              @Override
              public Subscription subscribe(Executor executor, Consumer<Masters> listener) {
                throw new UnsupportedOperationException();
              }
            },
            7950);
    List<HostPort> before = ask(seeds);
    known[0] = new Masters(List.of(first, second), second);

    assertThat(before).isEmpty();
    assertThat(ask(seeds)).containsExactly(TWO, ONE);
  }

  @Test
  void unitedSeedsLeaveOutThoseThatFail() {
    SeedProvider failing = () -> CompletableFuture.failedStage(new IllegalStateException("no"));
    SeedProvider throwing =
        () -> {
          throw new IllegalStateException("no");
        };

    assertThat(ask(Seeds.all(Seeds.of(ONE), failing, throwing, Seeds.of(TWO, ONE))))
        .containsExactly(ONE, TWO);
    assertThat(ask(Seeds.all())).isEmpty();
  }
}
