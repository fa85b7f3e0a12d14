// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Query;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is known of the servers up to date, and asks those that are down whether they are
 * back: after half a second, then after twice that, up to every half minute. Any reply will do. The
 * asking ends only with the server's return or with {@link #stop}, whatever goes wrong on the way.
 *
 * <p><b>Thread-safe.</b>
 */
final class HealthWatch implements UpstreamWatch {

  private static final Logger LOGGER = LoggerFactory.getLogger(HealthWatch.class);

  static final Duration FIRST_WAIT = Duration.ofMillis(500);
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** How long a server that was down may take to answer. */
  static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  /** A server that comes and goes is not told of more often. */
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  /** So that not all servers of a cluster ask at the same moment for ever. */
  private static final double JITTER = 0.1;

  private final Exchange exchange;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final Query question;
  private final Runnable recovered;

  // Confined to the scheduler.
  private final Map<UpstreamHealth, Probing> probing = new HashMap<>();
  private final Map<UpstreamHealth, Long> toldAt = new HashMap<>();
  private final Set<UpstreamHealth> toldDown = new HashSet<>();
  private boolean running;

  /**
   * Watches, but asks nobody until {@link #start}.
   *
   * @param question what to ask a server that is down
   * @param recovered called on the scheduler each time that one is back
   */
  HealthWatch(
      Exchange exchange,
      Scheduler scheduler,
      RandomGenerator random,
      Query question,
      Runnable recovered) {
    this.exchange = requireNonNull(exchange, "exchange");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.random = requireNonNull(random, "random");
    this.question = requireNonNull(question, "question");
    this.recovered = requireNonNull(recovered, "recovered");
  }

  /** Asks these servers, as far as they are down, and all that fall from now on. */
  void start(Collection<UpstreamHealth> known) {
    List<UpstreamHealth> all = List.copyOf(known);
    inTurn(
        () -> {
          running = true;
          all.stream().filter(UpstreamHealth::isDown).forEach(this::ask);
        });
  }

  void stop() {
    inTurn(
        () -> {
          running = false;
          probing.values().forEach(Probing::cancel);
          probing.clear();
        });
  }

  /** Nobody asks this server any more. */
  void forget(UpstreamHealth health) {
    health.retire();
    inTurn(
        () -> {
          toldAt.remove(health);
          toldDown.remove(health);
          Probing gone = probing.remove(health);
          if (gone != null) {
            gone.cancel();
          }
        });
  }

  @Override
  public void answered(UpstreamHealth health, Carrier carrier, long nanos) {
    long now = scheduler.time().nanos();
    if (carrier == health.upstream().carrier()) {
      health.took(now, nanos); // a connection for one large answer takes longer
    }
    health.figures().reply(carrier, nanos);
    if (health.answered(now)) {
      inTurn(() -> back(health));
    }
  }

  @Override
  public void lost(UpstreamHealth health, Carrier carrier, String reason, long askedAt) {
    health.figures().failure(carrier, reason);
    health.blame(scheduler.time().nanos());
    lost(health, reason, askedAt);
  }

  @Override
  public void late(UpstreamHealth health, Carrier carrier) {
    health.figures().failure(carrier, "timeout");
    health.blame(scheduler.time().nanos());
  }

  @Override
  public void silent(UpstreamHealth health, long askedAt) {
    lost(health, "timeout", askedAt);
  }

  private void lost(UpstreamHealth health, String reason, long askedAt) {
    if (health.lost(askedAt)) {
      inTurn(() -> fell(health, reason));
    }
  }

  @Override
  public void useless(UpstreamHealth health, Carrier carrier, String reason) {
    health.figures().failure(carrier, reason);
  }

  @Override
  public void faulty(UpstreamHealth health, Carrier carrier, @Nullable Throwable fault) {
    health.figures().failure(carrier, "error");
    inTurn(
        () -> {
          if (mayTell(health)) {
            LOGGER.error("a question could not be sent upstream={}", health.upstream(), fault);
          }
        });
  }

  private void fell(UpstreamHealth health, String reason) {
    if (mayTell(health)) {
      toldDown.add(health);
      LOGGER.warn("upstream down upstream={} reason={}", health.upstream(), reason);
    }
    if (running) {
      ask(health);
    }
  }

  private void ask(UpstreamHealth health) {
    if (!health.isRetired()) {
      probing.computeIfAbsent(health, Probing::new).begin();
    }
  }

  private void back(UpstreamHealth health) {
    if (health.isDown()) {
      return; // it fell again before this turn came, and must be asked on
    }
    Probing ended = probing.remove(health);
    if (ended != null) {
      ended.cancel();
    }
    if (toldDown.remove(health)) {
      LOGGER.info("upstream up again upstream={}", health.upstream());
    }
    recovered.run();
  }

  private void inTurn(Runnable work) {
    try {
      scheduler.execute(work);
    } catch (RejectedExecutionException e) {
      LOGGER.debug("no more probes, the scheduler has ended: {}", e.toString());
    }
  }

  private boolean mayTell(UpstreamHealth health) {
    if (health.isRetired()) {
      return false;
    }
    long now = scheduler.time().nanos();
    Long last = toldAt.get(health);
    boolean due = last == null || now - last >= QUIET_NANOS;
    if (due) {
      toldAt.put(health, now);
    }
    return due;
  }

  /** One server that is asked again and again. Confined to the scheduler. */
  private final class Probing {
    private final UpstreamHealth health;
    private Duration wait = FIRST_WAIT;
    private int round;
    private Scheduler.@Nullable Timer timer;
    private Exchange.@Nullable Call call;

    Probing(UpstreamHealth health) {
      this.health = health;
    }

    void begin() {
      cancel();
      wait = FIRST_WAIT;
      next();
    }

    private void next() {
      double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
      Duration delay = Duration.ofNanos((long) (wait.toNanos() * factor));
      after(delay, this::ask);
    }

    private void after(Duration delay, Runnable work) {
      try {
        timer = scheduler.schedule(delay, work);
      } catch (RejectedExecutionException e) {
        LOGGER.debug("no more probes, the scheduler has ended: {}", e.toString());
      }
    }

    private void ask() {
      int mine = ++round;
      try {
        // The timer stands whatever the exchange does, so that the asking goes on.
        after(PROBE_TIMEOUT, () -> ended(mine, "failed"));
        Exchange.Call made =
            exchange.ask(
                health.upstream(), question, health.upstream().carrier(), true, PROBE_TIMEOUT);
        call = made;
        var unused =
            made.reply()
                .whenComplete(
                    (reply, failure) ->
                        inTurn(() -> ended(mine, reply != null ? "answered" : "failed")));
      } catch (RuntimeException | Error e) {
        LOGGER.warn("asking whether {} is back failed", health.upstream(), e);
        ended(mine, "error");
      }
    }

    private void ended(int ofRound, String result) {
      if (ofRound != round || probing.get(health) != this) {
        return; // settled before
      }
      cancel();
      health.figures().probe(result);
      if (result.equals("answered")) {
        var unused = health.answered(scheduler.time().nanos());
        back(health);
      } else {
        Duration twice = wait.multipliedBy(2);
        wait = twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
        next();
      }
    }

    /** No timer and no question is left. */
    void cancel() {
      round++;
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      if (call != null) {
        Exchange.Call old = call;
        call = null;
        old.cancel();
      }
    }
  }
}
