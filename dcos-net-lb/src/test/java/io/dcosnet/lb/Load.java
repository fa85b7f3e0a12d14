// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.contract.Caller;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask one VIP over and over, every other one with a new connection for each request.
 * Each waits for the answer to one request before the next; what is not answered, refused or reset
 * within {@link #PATIENCE} is a hang.
 *
 * <p><b>Thread-safe.</b>
 */
@SuppressWarnings("try") // an interrupted test has failed
final class Load implements AutoCloseable {

  /** Far above all that is allowed, as the machine may be busy with other things. */
  static final Duration PATIENCE = Duration.ofSeconds(8);

  /**
   * Between two tries of a client that was refused or cut, so that all together leave time to
   * others.
   */
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final Supplier<Optional<HostPort>> place;
  private final List<Client> clients = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();
  private final Queue<String> hangs = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  /**
   * Begins at once.
   *
   * @param place asked before each connect, as a client asks the DNS; empty counts as refused
   */
  Load(int clients, Supplier<Optional<HostPort>> place) {
    this.place = place;
    for (int i = 0; i < clients; i++) {
      this.clients.add(new Client(i));
    }
    this.clients.forEach(Thread::start);
  }

  /** Waits until every client had so many more answers. */
  void eachAnswered(int more) {
    each(more, client -> client.answered);
  }

  /** Waits until every client was told so many more times that there is nobody. */
  void eachRefused(int more) {
    each(more, client -> client.failed);
  }

  private void each(int more, Function<Client, AtomicInteger> which) {
    List<Integer> goals = clients.stream().map(client -> which.apply(client).get() + more).toList();
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(20))
        .failFast(() -> assertThat(hangs).as("%s", this).isEmpty())
        .untilAsserted(
            () -> {
              for (int i = 0; i < goals.size(); i++) {
                assertThat(which.apply(clients.get(i)).get())
                    .as("%s; %s", clients.get(i).getName(), this)
                    .isGreaterThanOrEqualTo(goals.get(i));
              }
            });
    assertThat(hangs).as("%s", this).isEmpty();
  }

  /** Connects that were refused. */
  int refused() {
    return refused.get();
  }

  /** Requests whose connection was reset or closed. */
  int cut() {
    return cut.get();
  }

  /** Everything that was not answered. */
  int failed() {
    return refused.get() + cut.get() + hangs.size();
  }

  /** Requests that nothing was heard of. */
  int hangs() {
    return hangs.size();
  }

  @Override
  public String toString() {
    return "refused " + refused + ", cut " + cut + ", hangs " + hangs.size() + " " + hangs.peek();
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
    final AtomicInteger failed = new AtomicInteger();
    private final boolean keeps;
    private @Nullable Caller kept;

    Client(int number) {
      super((number % 2 == 0 ? "keeping" : "connecting") + " client " + number);
      keeps = number % 2 == 0;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!over) {
        try {
          request();
          answered.incrementAndGet();
        } catch (SocketTimeoutException e) {
          hangs.add(getName() + ": " + e.getMessage() + " " + answered + " answers before");
          drop();
        } catch (ConnectException e) {
          refused.incrementAndGet();
          failed.incrementAndGet();
          LockSupport.parkNanos(PAUSE.toNanos());
        } catch (IOException e) {
          cut.incrementAndGet();
          failed.incrementAndGet();
          drop();
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
      drop();
    }

    private void request() throws IOException {
      Caller caller = kept;
      if (caller == null) {
        HostPort to = place.get().orElseThrow(() -> new ConnectException("no such name"));
        caller = new Caller(new Socket(), to, PATIENCE);
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
          throw new AssertionError(getName() + " cannot close", e);
        }
      }
    }
  }
}
