// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask {@link NamedServer}s at some places over and over, where nothing may ever fail:
 * whatever is not answered is noted. Their threads are made by the thread that makes the crowd, so
 * they are in the same network namespace.
 *
 * <p><b>Thread-safe.</b>
 */
@SuppressWarnings("try") // an interrupted test has failed
public final class Crowd implements AutoCloseable {

  /** Far above all that is usual, as the machine may be busy with other things. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration AFTER_FAILURE = Duration.ofMillis(50);

  private final PathSubject subject;
  private final List<HostPort> places;
  private final List<Client> clients = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  private Crowd(PathSubject subject, List<HostPort> places, int size, int keeping) {
    this.subject = subject;
    this.places = List.copyOf(places);
    for (int i = 0; i < size; i++) {
      clients.add(new Client(i, i < keeping));
    }
    clients.forEach(Thread::start);
  }

  /** Clients that make a connection for each request, as fast as they can. */
  static Crowd connecting(PathSubject subject, int size, HostPort place) {
    return new Crowd(subject, List.of(place), size, 0);
  }

  /** Clients of which half keep their connections, and which leave time to others. */
  static Crowd mixed(PathSubject subject, int size, List<HostPort> places) {
    return new Crowd(subject, places, size, size / 2);
  }

  /** Waits until every client had so many more answers. */
  void eachAnswered(int more) {
    List<Integer> goals = clients.stream().map(client -> client.answered.get() + more).toList();
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(5))
        .failFast(() -> assertThat(failures).isEmpty())
        .until(
            () -> {
              for (int i = 0; i < goals.size(); i++) {
                if (clients.get(i).answered.get() < goals.get(i)) {
                  return false;
                }
              }
              return true;
            });
  }

  /** Answers that all had together. */
  int answered() {
    return clients.stream().mapToInt(client -> client.answered.get()).sum();
  }

  /** What was not answered, and how it ended. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Ends all clients, after their request. Idempotent. */
  @Override
  public void close() throws InterruptedException {
    over = true;
    for (Client client : clients) {
      client.join(PATIENCE.toMillis() * 2);
      assertThat(client.isAlive()).as("%s is still at it", client.getName()).isFalse();
    }
  }

  private final class Client extends Thread {
    final AtomicInteger answered = new AtomicInteger();
    private final HostPort place;
    private final boolean keeps;
    private @Nullable Caller kept;

    Client(int number, boolean keeps) {
      super((keeps ? "keeping" : "connecting") + " client " + number);
      this.keeps = keeps;
      place = places.get(number % places.size());
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!over) {
        try {
          request();
          answered.incrementAndGet();
          if (places.size() > 1) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
          }
        } catch (IOException | AssertionError e) {
          failures.add(getName() + " at " + place + " after " + answered + " answers: " + e);
          drop();
          LockSupport.parkNanos(AFTER_FAILURE.toNanos());
        }
      }
      drop();
    }

    private void request() throws IOException {
      Caller caller = kept;
      if (caller == null) {
        caller = new Caller(subject.client(), place, PATIENCE);
        kept = caller;
      }
      assertThat(caller.ask()).isNotEmpty();
      if (!keeps) {
        drop();
      }
    }

    private void drop() {
      Caller dropped = kept;
      kept = null;
      if (dropped != null) {
        try {
          dropped.drop();
        } catch (IOException e) {
          failures.add(getName() + " cannot close: " + e);
        }
      }
    }
  }
}
