// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.udp.BatchUdpSocket;
import io.dcosnet.netty.BindFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP by batches, on threads of its own: each worker has a socket, and the kernel spreads clients
 * over the sockets.
 *
 * <p>This class and {@link NativeWorker} are the only ones here that use {@code dcos-net-linux},
 * which may be absent.
 */
final class NativeUdp implements UdpListener {

  private static final Logger LOGGER = LoggerFactory.getLogger(NativeUdp.class);

  private final UdpParts parts;
  private final int workers;
  private final AtomicInteger threads;

  // Guards what is running.
  private final Object lock = new Object();
  private final List<NativeWorker> running = new ArrayList<>();

  /**
   * Not open yet.
   *
   * @param threads how many the server has made so far, for their names
   */
  NativeUdp(UdpParts parts, int workers, AtomicInteger threads) {
    this.parts = parts;
    this.workers = workers;
    this.threads = threads;
  }

  static Optional<String> unavailableBecause() {
    return BatchUdpSocket.unavailableBecause();
  }

  @Override
  public CompletionStage<Void> open(HostPort address) {
    List<BatchUdpSocket> sockets = new ArrayList<>();
    List<NativeWorker> started = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        sockets.add(socket(address));
      }
      List<NativeWorker> made =
          sockets.stream().map(socket -> new NativeWorker(socket, parts)).toList();
      for (NativeWorker worker : made) {
        start(worker);
        started.add(worker); // from now on its socket is its own
      }
    } catch (RuntimeException | Error e) {
      started.forEach(NativeWorker::stop);
      sockets.subList(started.size(), sockets.size()).forEach(BatchUdpSocket::close);
      return CompletableFuture.failedFuture(
          e instanceof KernelException ? BindFailedException.of("udp", address, e) : e);
    }
    synchronized (lock) {
      running.addAll(started);
    }
    parts.metrics().overflows(address.toString(), this::overflows);
    return CompletableFuture.completedFuture(null);
  }

  private long overflows() {
    synchronized (lock) {
      return running.stream().mapToLong(NativeWorker::overflows).sum();
    }
  }

  private BatchUdpSocket socket(HostPort address) {
    return BatchUdpSocket.builder()
        .messageOctets(UdpAnswering.MAX_DATAGRAM)
        .dualStack(true)
        .reusePort(workers > 1)
        .open(address);
  }

  private void start(NativeWorker worker) {
    Thread thread = new Thread(worker, "dcosnet-dns-udp-" + threads.incrementAndGet());
    thread.setDaemon(true); // it waits in the kernel, and holds nothing that could be lost
    thread.setUncaughtExceptionHandler(
        (died, failure) -> LOGGER.error("thread ended by a failure thread={}", died, failure));
    thread.start();
  }

  @Override
  public CompletionStage<Void> close() {
    CompletableFuture<?>[] ended;
    synchronized (lock) {
      running.forEach(NativeWorker::stop);
      ended = running.stream().map(NativeWorker::ended).toArray(CompletableFuture<?>[]::new);
      running.clear();
    }
    return CompletableFuture.allOf(ended);
  }
}
