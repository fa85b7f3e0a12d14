// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses of the hosts that a cluster names instead of numbering them, without ever letting the
 * cluster wait for a name server.
 *
 * <p>{@link #addresses} says at once what is known; a name that is new or old is looked up in the
 * background, and listeners hear when that brought something else. An answer is kept until a newer
 * one comes, so that an outage of the name servers takes nothing away. Names that nobody has asked
 * for in {@link #FORGET_AFTER} are forgotten. Addresses in text and {@code localhost} are answered
 * without asking anybody.
 *
 * <p>Nothing runs and nothing is held open while nobody asks. <b>Thread-safe.</b>
 */
public final class HostResolver {

  /** How long a one-shot look-up waits, and no longer ({@code dns.md} §1.4 vi). */
  public static final Duration LIMIT = Duration.ofSeconds(1);

  /** An answer older than this is looked up again when somebody asks. */
  public static final Duration FRESH_FOR = Duration.ofMinutes(1);

  /** A name without answer is not looked up again before this. */
  public static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  /** A name that nobody asked for during this is forgotten. */
  public static final Duration FORGET_AFTER = Duration.ofMinutes(10);

  /** Names that are kept at once; what is beyond is never looked up. */
  public static final int MAX_NAMES = 10_000;

  /** Threads of the executor that may wait for name servers at a time. */
  public static final int MAX_LOOKUPS = 2;

  // Answers that arrive one after the other are told as one.
  private static final Duration GATHER = Duration.ofMillis(50);

  private static final Logger LOGGER = LoggerFactory.getLogger(HostResolver.class);

  private static final class Entry {
    List<IpAddress> addresses = List.of();
    long askAgainAt;
    long askedForAt;
    boolean underWay;
  }

  private final Scheduler scheduler;
  private final Executor executor;
  private final HostLookup lookup;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  // Guards all fields below; never held while foreign code runs.
  private final Object lock = new Object();
  private final Map<String, Entry> entries = new HashMap<>();
  private final Queue<String> waiting = new ArrayDeque<>();
  private int lookups;
  private long sweepAt;
  private boolean starting;
  private boolean telling;

  private HostResolver(Scheduler scheduler, Executor executor, HostLookup lookup) {
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.executor = requireNonNull(executor, "executor");
    this.lookup = requireNonNull(lookup, "lookup");
    this.sweepAt = scheduler.time().nanos() + FORGET_AFTER.toNanos();
  }

  /**
   * A resolver that asks nothing yet.
   *
   * @param scheduler its clock tells the age of answers; listeners run there
   * @param executor for blocking work; at most {@link #MAX_LOOKUPS} of its threads are used
   */
  public static HostResolver create(Scheduler scheduler, Executor executor, HostLookup lookup) {
    return new HostResolver(scheduler, executor, lookup);
  }

  /** Addresses as far as they are known now: at most one of each family, IPv4 first. */
  public List<IpAddress> addresses(String host) {
    String name = HostName.canonical(host);
    List<IpAddress> known = HostName.withoutAsking(name);
    if (known != null) {
      return known;
    }
    List<IpAddress> answer;
    boolean ask;
    synchronized (lock) {
      long now = scheduler.time().nanos();
      forgetOldNames(now);
      Entry entry = entries.get(name);
      if (entry == null) {
        if (entries.size() >= MAX_NAMES) {
          return List.of();
        }
        entry = new Entry();
        entry.askAgainAt = now;
        entries.put(name, entry);
      }
      entry.askedForAt = now;
      answer = entry.addresses;
      ask = !entry.underWay && now - entry.askAgainAt >= 0;
      if (ask) {
        entry.underWay = true;
        waiting.add(name);
      }
    }
    if (ask) {
      startLookups();
    }
    return answer;
  }

  /** Hears on the scheduler when a look-up has changed what {@link #addresses} says. */
  public Subscription onNews(Runnable listener) {
    requireNonNull(listener, "listener");
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /**
   * Looks all of them up now and waits for the answers, but no longer than {@code limit} in all;
   * for commands that run once. Never call it on an event loop or a scheduler.
   *
   * @return the hosts that have an address, at most one of each family
   */
  public static Map<String, List<IpAddress>> resolveAll(
      Collection<String> hosts, Duration limit, Executor executor, HostLookup lookup) {
    Map<String, CompletableFuture<List<IpAddress>>> running = new LinkedHashMap<>();
    for (String host : hosts) {
      running.put(host, resolve(HostName.canonical(host), executor, lookup));
    }
    try {
      CompletableFuture.allOf(running.values().toArray(CompletableFuture[]::new))
          .get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOGGER.debug("some host names stay without address: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Map<String, List<IpAddress>> found = new LinkedHashMap<>();
    running.forEach(
        (host, future) -> {
          boolean answered = future.isDone() && !future.isCompletedExceptionally();
          List<IpAddress> addresses = answered ? future.join() : List.of();
          if (!addresses.isEmpty()) {
            found.put(host, addresses);
          }
        });
    return found;
  }

  private static CompletableFuture<List<IpAddress>> resolve(
      String name, Executor executor, HostLookup lookup) {
    List<IpAddress> known = HostName.withoutAsking(name);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<List<IpAddress>> future = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            try {
              future.complete(HostName.firstOfEachFamily(lookup.addresses(name)));
            } catch (IOException | RuntimeException e) {
              future.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(e);
    }
    return future;
  }

  private void startLookups() {
    synchronized (lock) {
      if (starting) {
        return; // that one goes on until nothing is left to start
      }
      starting = true;
    }
    for (String name = next(); name != null; name = next()) {
      String asked = name;
      CompletableFuture<?> unused =
          resolve(asked, executor, lookup)
              .whenComplete(
                  (addresses, failure) -> {
                    if (failure != null) {
                      LOGGER.debug("no answer for host {}: {}", asked, failure.toString());
                    }
                    answered(asked, addresses == null ? List.of() : addresses);
                  });
    }
  }

  private @Nullable String next() {
    synchronized (lock) {
      String name = lookups < MAX_LOOKUPS ? waiting.poll() : null;
      if (name == null) {
        starting = false;
      } else {
        lookups++;
      }
      return name;
    }
  }

  private void answered(String name, List<IpAddress> addresses) {
    boolean tell = false;
    synchronized (lock) {
      lookups--;
      Entry entry = entries.get(name);
      if (entry != null) {
        Duration wait = addresses.isEmpty() ? RETRY_AFTER : FRESH_FOR;
        entry.underWay = false;
        entry.askAgainAt = scheduler.time().nanos() + wait.toNanos();
        if (!addresses.isEmpty() && !addresses.equals(entry.addresses)) {
          entry.addresses = addresses;
          tell = !telling;
          telling = true;
        }
      }
    }
    if (tell) {
      scheduler.schedule(GATHER, this::tellListeners);
    }
    startLookups();
  }

  private void tellListeners() {
    synchronized (lock) {
      telling = false;
    }
    for (Runnable listener : listeners) {
      listener.run();
    }
  }

  private void forgetOldNames(long now) {
    if (now - sweepAt >= 0) {
      sweepAt = now + FORGET_AFTER.toNanos();
      entries
          .values()
          .removeIf(entry -> !entry.underWay && now - entry.askedForAt >= FORGET_AFTER.toNanos());
    }
  }
}
