// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Part;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.resolvconf.ReadyProbe;
import io.dcosnet.dns.resolvconf.ResolvConf;
import io.dcosnet.dns.resolvconf.ResolvConfFile;
import io.dcosnet.dns.resolvconf.ResolvConfOrigin;
import io.dcosnet.dns.resolvconf.ResolvConfUpstreams;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.ResolvConfConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file by which programs of this node find its name servers: it names those of ours that
 * answer, and those of before while none does and after the end.
 *
 * <p>A server that does not answer is asked once more before it is taken out, so that one lost
 * moment of a busy machine changes nothing.
 *
 * <p><b>Thread-safe.</b> Files are read and written on the executor of the runtime.
 */
final class ResolvConfPart extends Part {

  private static final Duration SECOND_LOOK = Duration.ofSeconds(1);
  private static final Logger LOGGER = LoggerFactory.getLogger(ResolvConfPart.class);

  private final ResolvConfConfig config;
  private final List<HostPort> servers;
  private final ResolvConfOrigin origin;
  private final ResolvConfFile file;
  private final ReadyProbe probe;
  private final NetRuntime net;
  private final Counter writes;

  // Guards all below.
  private final Object lock = new Object();
  private List<IpAddress> named = List.of();
  private String text = "";
  private boolean doubted;
  private boolean closed;
  private String problem = "";
  private Scheduler.@Nullable Timer next;

  /**
   * Opens nothing.
   *
   * @param servers of ours that may be named
   */
  ResolvConfPart(
      ResolvConfConfig config, List<HostPort> servers, ResolvConfOrigin origin, NetRuntime net) {
    super("resolv.conf");
    this.config = config;
    this.servers = List.copyOf(servers);
    this.origin = origin;
    this.net = net;
    file = ResolvConfFile.at(config.file());
    probe = ReadyProbe.of(net.executor(), net.random(), config.timeout());
    writes =
        net.metrics().counter("dcosnet.node.resolvconf.writes", "times that resolv.conf changed");
    net.metrics()
        .gauge(
            "dcosnet.node.resolvconf.servers",
            "name servers of this node that resolv.conf names",
            () -> named().size());
  }

  /** Done when the file is right for the first time, or cannot be. */
  @Override
  protected CompletionStage<Void> open() {
    return round();
  }

  /** Whatever becomes of it, another one comes. */
  private CompletionStage<Void> round() {
    return CompletableFuture.completedFuture(servers)
        .thenCompose(probe::live)
        .thenAcceptAsync(this::found, net.executor())
        .handle(
            (ok, failure) -> {
              if (failure != null) {
                tellProblem("our name servers could not be asked: " + failure.getMessage());
              }
              again();
              return null;
            });
  }

  private void found(List<HostPort> live) {
    List<IpAddress> addresses = live.stream().map(HostPort::address).toList();
    synchronized (lock) {
      if (closed) {
        return;
      }
      boolean first = text.isEmpty(); // then those of a process before may be named
      boolean lost = !addresses.containsAll(named) || (first && addresses.isEmpty());
      if (lost && !doubted) {
        doubted = true;
      } else {
        doubted = false;
        name(addresses);
      }
    }
  }

  private void again() {
    synchronized (lock) {
      if (!closed) {
        next =
            net.scheduler()
                .schedule(
                    doubted ? SECOND_LOOK : config.interval(),
                    () -> {
                      var unused = round();
                    });
      }
    }
  }

  /** Under the lock. */
  private void name(List<IpAddress> addresses) {
    try {
      boolean foreign = origin.keep();
      if (foreign || text.isEmpty() || !addresses.equals(named)) {
        text = textFor(addresses);
      }
      boolean written;
      if (text.isEmpty()) { // nobody to name, so others had better say it
        written = origin.restore().isPresent();
      } else {
        written = file.write(text);
      }
      if (written) {
        writes.increment();
        LOGGER.info("resolv.conf written file={} servers={}", config.file(), addresses);
      }
      named = addresses;
      problem = "";
    } catch (DcosNetException e) {
      tellProblem(String.valueOf(e.getMessage()));
    }
  }

  private void tellProblem(String reason) {
    synchronized (lock) {
      if (!reason.equals(problem)) {
        LOGGER.error("resolv.conf stays as it is, tried again: {}", reason);
      }
      problem = reason;
    }
  }

  private String textFor(List<IpAddress> live) {
    String before = origin.text();
    List<String> search = config.search().isEmpty() ? ResolvConf.search(before) : config.search();
    List<HostPort> upstreams =
        config.upstreams().isEmpty()
            ? ResolvConfUpstreams.parse(before, servers::contains)
            : config.upstreams().stream().map(address -> new HostPort(address, 53)).toList();
    return live.isEmpty() && upstreams.isEmpty()
        ? ""
        : ResolvConf.render(live, search, upstreams, config.options(), net.random());
  }

  /** Ours answer no more from now on, so the file names the others. */
  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    return CompletableFuture.runAsync(
        () -> {
          synchronized (lock) {
            closed = true;
            if (next != null) {
              next.cancel();
            }
            if (origin.isOurs()) {
              name(List.of());
            }
          }
        },
        net.executor());
  }

  /** Servers of ours that the file names now. */
  List<IpAddress> named() {
    synchronized (lock) {
      return named;
    }
  }

  /** Why the file is not as it should be; empty when it is. */
  Optional<String> problem() {
    synchronized (lock) {
      return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }
  }
}
