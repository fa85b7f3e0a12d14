// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether questions to a server come back to this one, as they do where two forwarders
 * have each other as upstream: a server is asked for a name that nobody can know, and when the name
 * arrives here it must have come through that server. After three such names, one after the other,
 * the server is not asked any more. Somebody who repeats what is seen on the wire, as scanners do,
 * needs more luck than that.
 *
 * <p>It is the first link of the chain of a server, so that it sees the names before any cache does
 * and never passes them on: a loop that is looked for does not go round.
 *
 * <p><b>Thread-safe.</b>
 */
public final class LoopProbe implements QueryHandler {

  private static final Logger LOGGER = LoggerFactory.getLogger(LoopProbe.class);

  /** So many names must come back. */
  static final int NAMES = 3;

  /** How long each may take. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** A server that was found to loop is tried again so much later: somebody may have mended it. */
  static final Duration RECHECK = Duration.ofMinutes(1);

  /** The first probes are spread over this time. */
  private static final Duration SPREAD = Duration.ofSeconds(1);

  static final String PREFIX = "dcosnet-loop-";

  /** Two labels even at the root: forwarders are often told to keep plain names to themselves. */
  private static final String ZONE = "dcosnet-loop";

  private static final Answer CAUGHT =
      Answer.failure(Rcode.REFUSED, ExtendedError.NOT_AUTHORITATIVE, "probe for loops");

  private final Exchange exchange;
  private final Scheduler scheduler;
  private final RandomGenerator random;

  /** Names under way, one for each server and route at most. */
  private final Map<DomainName, Probing> expected = new ConcurrentHashMap<>();

  // Confined to the scheduler.
  private final Set<Probing> all = new HashSet<>();
  private boolean running;

  LoopProbe(Exchange exchange, Scheduler scheduler, RandomGenerator random) {
    this.exchange = requireNonNull(exchange, "exchange");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.random = requireNonNull(random, "random");
  }

  /**
   * A query for this name has arrived.
   *
   * @return true when it is one of our probes, which must not be asked on
   */
  public boolean seen(DomainName name) {
    Probing probe = expected.get(name);
    if (probe == null) {
      return false;
    }
    probe.cameBack = true;
    return true;
  }

  @Override
  public CompletionStage<Answer> handle(Query query, Resolver next) {
    return seen(query.name()) ? CompletableFuture.completedStage(CAUGHT) : next.resolve(query);
  }

  void start() {
    inTurn(() -> running = true);
  }

  void stop() {
    inTurn(
        () -> {
          running = false;
          all.forEach(Probing::cancel);
          all.clear();
        });
  }

  /** Probes these servers by names in their routes, now and as long as they loop. */
  void probe(Collection<Upstreams> routes) {
    Set<Probing> wanted = new HashSet<>();
    for (Upstreams route : routes) {
      for (UpstreamHealth health : route.members()) {
        wanted.add(new Probing(health, route.route().suffix()));
      }
    }
    inTurn(
        () -> {
          if (running) {
            all.stream().filter(old -> !wanted.contains(old)).forEach(Probing::end);
            all.retainAll(wanted);
            wanted.stream().filter(all::add).forEach(Probing::begin);
          }
        });
  }

  private void inTurn(Runnable work) {
    try {
      scheduler.execute(work);
    } catch (RejectedExecutionException e) {
      LOGGER.debug("no more probes, the scheduler has ended: {}", e.toString());
    }
  }

  /** One server by names below one suffix; equal when these are the same. */
  private final class Probing {
    private final UpstreamHealth health;
    private final DomainName suffix;

    private volatile boolean cameBack;

    // Confined to the scheduler.
    private int round;
    private int back;
    private boolean loops;
    private @Nullable DomainName name;
    private Scheduler.@Nullable Timer timer;
    private Exchange.@Nullable Call call;

    Probing(UpstreamHealth health, DomainName suffix) {
      this.health = health;
      this.suffix = suffix;
    }

    void begin() {
      timer =
          scheduler.schedule(
              Duration.ofNanos(random.nextLong(SPREAD.toNanos())), () -> guarded(this::ask));
    }

    private void ask() {
      int mine = ++round;
      String label = PREFIX + HexFormat.of().toHexDigits(random.nextLong());
      String below = suffix.isRoot() ? "" : "." + suffix;
      DomainName asked = DomainName.parse(label + "." + ZONE + below);
      name = asked;
      cameBack = false;
      expected.put(asked, this);
      timer = scheduler.schedule(TIMEOUT, () -> guarded(() -> ended(mine)));
      Upstream upstream = health.upstream();
      Exchange.Call made =
          exchange.ask(
              upstream, Query.of(asked, RecordType.TXT), upstream.carrier(), true, TIMEOUT);
      call = made;
      var unused =
          made.reply().whenComplete((reply, failure) -> inTurn(() -> guarded(() -> ended(mine))));
    }

    private void ended(int ofRound) {
      if (ofRound != round) {
        return;
      }
      boolean seen = cameBack;
      cancel();
      back = seen ? back + 1 : 0;
      if (!seen) {
        if (loops) {
          LOGGER.info("upstream loops no longer upstream={} route={}", health.upstream(), suffix);
        }
        loops(false);
      } else if (back < NAMES) {
        ask();
      } else {
        found();
      }
    }

    private void found() {
      back = 0;
      if (!loops) {
        health.figures().loop();
        LOGGER.warn(
            "upstream not asked any more: what it is asked comes back to this server"
                + " upstream={} route={} (does it forward to us, or to somebody who does?)",
            health.upstream(),
            suffix);
      }
      loops(true);
      timer = scheduler.schedule(RECHECK, () -> guarded(this::ask));
    }

    /** Only who found a loop can say that it is no more: other routes may lead past it. */
    private void loops(boolean found) {
      if (loops != found) {
        loops = found;
        health.looping(found);
      }
    }

    /** The server has no such route any more. */
    void end() {
      cancel();
      loops(false);
    }

    private void guarded(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        LOGGER.warn("looking for loops through {} failed", health.upstream(), e);
        cancel();
      }
    }

    void cancel() {
      round++;
      if (name != null) {
        expected.remove(name);
        name = null;
      }
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

    @Override
    public boolean equals(Object other) {
      return other instanceof Probing that && health == that.health && suffix.equals(that.suffix);
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(health) * 31 + suffix.hashCode();
    }
  }
}
