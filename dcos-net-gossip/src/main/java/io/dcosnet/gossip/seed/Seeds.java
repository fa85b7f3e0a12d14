// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.seed;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Master;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.netty.NetRuntime;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Common places to look for members. */
public final class Seeds {

  private static final Logger LOGGER = LoggerFactory.getLogger(Seeds.class);

  private Seeds() {}

  /** Looks a name up; blocks. */
  @FunctionalInterface
  interface Names {
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  /** Nobody: the node begins a cluster, or is found by others. */
  public static SeedProvider none() {
    return of();
  }

  /** Always these addresses. */
  public static SeedProvider of(HostPort... addresses) {
    return of(Arrays.asList(addresses));
  }

  /** Always these addresses. */
  public static SeedProvider of(List<HostPort> addresses) {
    List<HostPort> fixed = List.copyOf(addresses);
    for (HostPort address : fixed) {
      if (address.port() == 0) {
        throw new IllegalArgumentException("seed: " + address + " (expected: a port)");
      }
    }
    return () -> CompletableFuture.completedStage(fixed);
  }

  /**
   * All addresses of a name, IPv4 and IPv6, looked up anew each time with the resolver of the JDK
   * on the executor of the runtime.
   */
  public static SeedProvider dns(String name, int port, NetRuntime net) {
    return dns(name, port, net.executor(), InetAddress::getAllByName);
  }

  static SeedProvider dns(String name, int port, Executor executor, Names names) {
    requireNonNull(name, "name");
    if (name.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "seed: \"%s\" port %d (expected: a name, and a port 1-65535)".formatted(name, port));
    }
    return () -> {
      CompletableFuture<List<HostPort>> answer = new CompletableFuture<>();
      try {
        executor.execute(
            () -> {
              try {
                List<HostPort> found = new ArrayList<>();
                for (InetAddress address : names.addresses(name)) {
                  found.add(new HostPort(IpAddress.of(address), port));
                }
                answer.complete(List.copyOf(found));
              } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
      } catch (RejectedExecutionException e) {
        answer.completeExceptionally(e);
      }
      return answer;
    };
  }

  /**
   * The Mesos masters of the present moment: their addresses, with the port of gossip.
   *
   * @param detector must be running; while it knows nobody, there are no seeds
   */
  public static SeedProvider masters(MasterDetector detector, int port) {
    requireNonNull(detector, "detector");
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
    }
    return () -> {
      Set<HostPort> found = new LinkedHashSet<>();
      var masters = detector.masters();
      Master leader = masters.leader();
      if (leader != null) {
        found.add(new HostPort(leader.endpoint().address(), port));
      }
      for (Master master : masters.all()) {
        found.add(new HostPort(master.endpoint().address(), port));
      }
      return CompletableFuture.completedStage(List.copyOf(found));
    };
  }

  /** All of these together; one that fails counts as empty this time. */
  public static SeedProvider all(SeedProvider... providers) {
    List<SeedProvider> sources = List.of(providers);
    return () -> {
      CompletionStage<Set<HostPort>> united =
          CompletableFuture.completedStage(new LinkedHashSet<>());
      for (SeedProvider source : sources) {
        united =
            united.thenCombine(
                asked(source),
                (found, more) -> {
                  found.addAll(more);
                  return found;
                });
      }
      return united.thenApply(List::copyOf);
    };
  }

  private static CompletionStage<List<HostPort>> asked(SeedProvider source) {
    CompletionStage<List<HostPort>> answer;
    try {
      answer = source.seeds();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedStage(e);
    }
    return answer.exceptionally(
        failure -> {
          LOGGER.debug("seeds cannot be had this time", failure);
          return List.of();
        });
  }
}
