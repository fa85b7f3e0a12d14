// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bulk goes through pipes of the kernel under epoll, and is copied under NIO. */
@Timeout(60)
class ProxyBulkIT {

  private static final int BULK = 64 << 20;

  @ParameterizedTest
  @EnumSource(Transport.class)
  void carriesSmallPiecesBehindBulkAndBulkBehindSmallPieces(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer echo = BackendServer.echo()) {
      HostPort vip = serve(rig, echo);
      try (Socket socket = ProxyRig.connect(vip)) {
        CRC32C sent = new CRC32C();
        CompletableFuture<Long> received =
            CompletableFuture.supplyAsync(() -> checksum(socket, 4 * (BULK + 100_000)));
        OutputStream out = socket.getOutputStream();
        for (int round = 0; round < 4; round++) {
          send(out, sent, BULK / (1 << 20), 1 << 20);
          send(out, sent, 1000, 100);
        }
        socket.shutdownOutput();
        assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(sent.getValue());
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      quiet(rig);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void passesOnAnEndBehindBulkAndTheAnswerToIt(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer counting =
            new BackendServer(
                socket -> {
                  long count = drain(socket.getInputStream());
                  send(socket.getOutputStream(), new CRC32C(), (int) (count / (1 << 20)), 1 << 20);
                })) {
      HostPort vip = serve(rig, counting);
      for (int extra : new int[] {0, 1, 777}) {
        try (Socket socket = ProxyRig.connect(vip)) {
          send(socket.getOutputStream(), new CRC32C(), BULK / (1 << 20), 1 << 20);
          socket.getOutputStream().write(new byte[extra]);
          socket.shutdownOutput();
          assertThat(drain(socket.getInputStream())).isEqualTo(BULK);
        }
      }
      quiet(rig);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void passesOnAResetInTheMiddleOfBulk(Transport transport) throws Exception {
    int pipesBefore = pipes();
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder())) {
      CompletableFuture<String> seen = new CompletableFuture<>();
      CountDownLatch flows = new CountDownLatch(1);
      CompletableFuture<Integer> pipesUsed = new CompletableFuture<>();
      try (BackendServer sink =
          new BackendServer(
              socket -> {
                try {
                  InputStream in = socket.getInputStream();
                  assertThat(in.readNBytes(BULK).length).isEqualTo(BULK);
                  pipesUsed.complete(pipes() - pipesBefore);
                  flows.countDown();
                  seen.complete("end after " + drain(in));
                } catch (SocketException e) {
                  seen.complete("reset");
                }
              })) {
        HostPort vip = serve(rig, sink);
        Socket socket = ProxyRig.connect(vip);
        Thread sender = new Thread(() -> sendUntilClosed(socket));
        sender.setDaemon(true);
        sender.start();
        assertThat(flows.await(30, TimeUnit.SECONDS)).isTrue();
        socket.setSoLinger(true, 0);
        socket.close();
        assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("reset");
        int ends = transport == Transport.EPOLL ? 2 : 0;
        assertThat(pipesUsed.get(10, TimeUnit.SECONDS)).isEqualTo(ends);
        quiet(rig);
      }
    }
    await().untilAsserted(() -> assertThat(pipes()).isEqualTo(pipesBefore));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void passesOnAResetWhileNobodyReadsTheBulk(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder())) {
      CountDownLatch full = new CountDownLatch(1);
      try (BackendServer stuck =
          new BackendServer(
              socket -> {
                socket.getInputStream().readNBytes(4 << 20); // enough for a pipe, then no more
                waitFor(full);
                socket.setSoLinger(true, 0);
              })) {
        HostPort vip = serve(rig, stuck);
        try (Socket socket = ProxyRig.connect(vip)) {
          CompletableFuture<String> sending =
              CompletableFuture.supplyAsync(() -> sendUntilClosed(socket));
          long[] last = {-1};
          await()
              .pollInterval(Duration.ofMillis(300))
              .until(
                  () -> {
                    long now = rig.metrics.count("dcosnet.lb.bytes", "to", "backend");
                    boolean steady = now > 4 << 20 && now == last[0];
                    last[0] = now;
                    return steady;
                  });
          assertThat(rig.metrics.count("dcosnet.lb.bytes", "to", "backend"))
              .isBetween(4L << 20, 64L << 20);
          full.countDown();
          assertThat(sending.get(10, TimeUnit.SECONDS)).containsIgnoringCase("reset");
        }
        quiet(rig);
      }
    }
  }

  private static HostPort serve(ProxyRig rig, BackendServer backend) throws Exception {
    return rig.serve(
        ProxyRig.service(
            1, ProxyRig.freePort(), ServiceOptions.DEFAULTS, Target.up(backend.address(), 1)));
  }

  private static void quiet(ProxyRig rig) {
    await().untilAsserted(() -> assertThat(rig.path.activeConnections()).isZero());
  }

  private static void send(OutputStream out, CRC32C sum, int pieces, int size) throws IOException {
    byte[] piece = new byte[size];
    for (int i = 0; i < pieces; i++) {
      for (int at = 0; at < size; at += 61) {
        piece[at] = (byte) (at * 7 + i);
      }
      sum.update(piece, 0, size);
      out.write(piece);
    }
  }

  private static String sendUntilClosed(Socket socket) {
    try {
      byte[] piece = new byte[256 * 1024];
      while (true) {
        socket.getOutputStream().write(piece);
      }
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static long drain(InputStream in) throws IOException {
    byte[] buffer = new byte[256 * 1024];
    long count = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      count += n;
    }
    return count;
  }

  private static long checksum(Socket socket, int size) {
    try {
      CRC32C crc = new CRC32C();
      byte[] buffer = new byte[256 * 1024];
      int left = size;
      while (left > 0) {
        int n = socket.getInputStream().read(buffer, 0, Math.min(left, buffer.length));
        if (n < 0) {
          return -1;
        }
        crc.update(buffer, 0, n);
        left -= n;
      }
      return crc.getValue();
    } catch (IOException e) {
      return -2;
    }
  }

  private static void waitFor(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("waited too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Ends of pipes that this process holds. */
  private static int pipes() {
    int count = 0;
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all.toList()) {
        try {
          count += Files.readSymbolicLink(descriptor).toString().startsWith("pipe:") ? 1 : 0;
        } catch (IOException e) {
          // closed meanwhile
        }
      }
    } catch (IOException e) {
      return 0; // not Linux: no epoll either
    }
    return count;
  }
}
