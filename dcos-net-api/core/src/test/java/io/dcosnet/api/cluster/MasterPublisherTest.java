// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class MasterPublisherTest {

  private static final Masters ONE = led("192.0.2.1:5050");
  private static final Masters TWO = led("192.0.2.2:5050");

  private final MasterPublisher publisher = MasterPublisher.create();
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private final List<Masters> told = new ArrayList<>();

  private static Masters led(String endpoint) {
    Master master = new Master(HostPort.parse(endpoint), "");
    return new Masters(List.of(master), master);
  }

  private void runAll() {
    for (Runnable work = queue.poll(); work != null; work = queue.poll()) {
      work.run();
    }
  }

  @Test
  void tellsThePresentMastersAndThenEachChange() {
    publisher.subscribe(Runnable::run, told::add);
    publisher.put(ONE);
    publisher.put(TWO);

    assertThat(told).containsExactly(Masters.NONE, ONE, TWO);
    assertThat(publisher.masters()).isEqualTo(TWO);
  }

  @Test
  void tellsNobodyOfWhatTheyKnow() {
    publisher.put(ONE);
    publisher.subscribe(Runnable::run, told::add);

    publisher.put(led("192.0.2.1:5050"));

    assertThat(told).containsExactly(ONE);
  }

  @Test
  void leavesOutWhatAListenerIsTooSlowFor() {
    publisher.subscribe(queue::add, told::add);
    runAll();

    publisher.put(ONE);
    publisher.put(TWO);
    runAll();

    assertThat(told).containsExactly(Masters.NONE, TWO);
  }

  @Test
  void tellsNothingAfterTheSubscriptionEnded() {
    Subscription subscription = publisher.subscribe(queue::add, told::add);
    publisher.put(ONE);

    subscription.close();
    runAll();

    assertThat(told).isEmpty();
  }

  @Test
  void goesOnAfterAListenerFailed() {
    publisher.subscribe(
        Runnable::run,
        masters -> {
          told.add(masters);
          throw new IllegalStateException("on purpose");
        });

    publisher.put(ONE);

    assertThat(told).containsExactly(Masters.NONE, ONE);
  }

  @Test
  void triesAgainAtTheNextChangeWhenAnExecutorRefused() {
    boolean[] full = {true};
    publisher.subscribe(
        work -> {
          if (full[0]) {
            throw new RejectedExecutionException("full");
          }
          work.run();
        },
        told::add);
    full[0] = false;

    publisher.put(ONE);

    assertThat(told).containsExactly(ONE);
  }
}
