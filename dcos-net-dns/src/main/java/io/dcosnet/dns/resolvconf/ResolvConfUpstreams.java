// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.zonefile.FileWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name servers that {@code /etc/resolv.conf} names, as upstreams of a forwarder; read again
 * when the file changes, as it does when a laptop or a container moves to another network.
 *
 * <p>Servers of this host are left out: asking them may lead back here. A file that goes away, or
 * that names no other servers any more, leaves them as they were; a program that puts our own
 * addresses there must not cut us off.
 *
 * <p><b>Thread-safe.</b>
 */
public final class ResolvConfUpstreams {

  private static final Logger LOGGER = LoggerFactory.getLogger(ResolvConfUpstreams.class);

  /** Time between two looks at the file. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  /** More servers than that are not taken; the C library takes three. */
  public static final int MAX_SERVERS = 8;

  private static final long MAX_BYTES = 1 << 16;
  private static final int DNS_PORT = 53;
  private static final String KEYWORD = "nameserver";

  private final Path file;
  private final Scheduler scheduler;
  private final Duration interval;
  private final Predicate<HostPort> own;

  private ResolvConfUpstreams(
      Path file, Scheduler scheduler, Duration interval, Predicate<HostPort> own) {
    this.file = requireNonNull(file, "file");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.interval = requireNonNull(interval, "interval");
    this.own = requireNonNull(own, "own");
  }

  /**
   * The servers of this file, looked at each {@link #DEFAULT_INTERVAL}.
   *
   * @param own addresses that lead back to us and are left out
   */
  public static ResolvConfUpstreams of(Path file, Scheduler scheduler, Predicate<HostPort> own) {
    return of(file, scheduler, DEFAULT_INTERVAL, own);
  }

  /** As the other one; longer intervals mean later news. */
  public static ResolvConfUpstreams of(
      Path file, Scheduler scheduler, Duration interval, Predicate<HostPort> own) {
    return new ResolvConfUpstreams(file, scheduler, interval, own);
  }

  /**
   * The servers that the text names, in its order, each once, without those of this host. A pure
   * function.
   *
   * @param own addresses that are left out beside loopback and unspecified ones
   */
  public static List<HostPort> parse(String text, Predicate<HostPort> own) {
    Set<HostPort> servers = new LinkedHashSet<>();
    for (String line : text.lines().toList()) {
      HostPort server = server(line);
      if (server != null && !own.test(server) && servers.size() < MAX_SERVERS) {
        servers.add(server);
      }
    }
    return List.copyOf(servers);
  }

  /** Null for lines that say something else, and for servers that we cannot ask. */
  private static @Nullable HostPort server(String line) {
    // The keyword must stand at the very start of the line (resolv.conf(5)).
    if (!line.startsWith(KEYWORD)) {
      return null;
    }
    String[] words = line.substring(KEYWORD.length()).split("\\s+", 3);
    if (words.length < 2 || !words[0].isEmpty()) {
      return null;
    }
    // A link-local address with its interface, fe80::1%eth0, is none to us: it has no meaning here.
    IpAddress address = IpAddress.tryParse(words[1]).map(IpAddress::unmapped).orElse(null);
    return address == null || address.isLoopback() || address.isUnspecified()
        ? null
        : new HostPort(address, DNS_PORT);
  }

  /**
   * Begins to look at the file.
   *
   * @param executor where the file is read and the listener called, one call at a time
   * @param listener gets the servers after the first look, whatever that finds, and after each
   *     change
   * @return ends it
   */
  public Subscription follow(Executor executor, Consumer<List<HostPort>> listener) {
    return FileWatch.begin(file, interval, MAX_BYTES, scheduler, executor, new Following(listener));
  }

  /** Touched by one look at a time. */
  private final class Following implements FileWatch.Reader {
    private final Consumer<List<HostPort>> listener;
    private @Nullable List<HostPort> told;

    Following(Consumer<List<HostPort>> listener) {
      this.listener = requireNonNull(listener, "listener");
    }

    @Override
    public void read(byte[] content) {
      List<HostPort> found = parse(new String(content, UTF_8), own);
      if (found.isEmpty()) {
        LOGGER.warn("no name server of another host in {}, those before stay: {}", file, told);
      }
      if (told == null || !(found.isEmpty() || found.equals(told))) {
        LOGGER.info("name servers read file={} servers={}", file, found);
        tell(found);
      }
    }

    @Override
    public void failed(String reason) {
      LOGGER.warn("name servers not read, those before stay: {}", reason);
      if (told == null) {
        tell(List.of());
      }
    }

    private void tell(List<HostPort> servers) {
      told = servers;
      listener.accept(servers);
    }
  }

  @Override
  public String toString() {
    return "ResolvConfUpstreams[" + file + "]";
  }
}
