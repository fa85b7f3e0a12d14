// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.awaitility.Awaitility.await;

import io.dcosnet.standalone.overlay.Datagrams.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A stream of packets from one network to another, and how many of them come. Those that came and
 * found no room, as this process was not let read for long, are not lost on the way.
 */
final class Traffic implements AutoCloseable {

  /** Often enough to see a gap, seldom enough for a reader that a busy machine lets wait. */
  private static final int SPACING_MILLIS = 4;

  private final ScheduledExecutorService sending = Executors.newSingleThreadScheduledExecutor();
  private final DatagramChannel sender;
  private final DatagramChannel receiver;
  private final InetSocketAddress target;
  private final End to;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  private Traffic(
      DatagramChannel sender, DatagramChannel receiver, InetSocketAddress target, End to) {
    this.to = to;
    this.sender = sender;
    this.receiver = receiver;
    this.target = target;
  }

  /** Begins, and waits until the first packets have come. */
  static Traffic begin(End from, End to) {
    try {
      DatagramChannel receiver = to.network().call(() -> bound(to));
      int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
      DatagramChannel sender = from.network().call(() -> bound(from));
      Traffic traffic = new Traffic(sender, receiver, new InetSocketAddress(address(to), port), to);
      Thread reader = new Thread(traffic::receive, "test-traffic");
      reader.setDaemon(true);
      reader.start();
      var unused =
          traffic.sending.scheduleAtFixedRate(traffic::send, 0, SPACING_MILLIS, MILLISECONDS);
      await().atMost(Duration.ofSeconds(5)).until(() -> traffic.received.get() > 10);
      return traffic;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetAddress address(End end) throws IOException {
    return InetAddress.getByAddress(end.address().toBytes());
  }

  private static DatagramChannel bound(End end) throws IOException {
    return DatagramChannel.open(
            end.address().isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)
        .bind(new InetSocketAddress(address(end), 0));
  }

  private void send() {
    long number = sent.get();
    try {
      int unused = sender.send(ByteBuffer.allocate(Long.BYTES).putLong(0, number), target);
    } catch (IOException e) {
      // it is missing at the other end, and so counts as lost
    }
    sent.incrementAndGet();
  }

  private void receive() {
    ByteBuffer packet = ByteBuffer.allocate(Long.BYTES);
    try {
      while (true) {
        packet.clear();
        var unused = receiver.receive(packet);
        received.incrementAndGet();
      }
    } catch (ClosedChannelException e) {
      // the end
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many packets have come by now. */
  long received() {
    return received.get();
  }

  /** Ends it, and says how many packets never came. */
  long lost() throws InterruptedException {
    sending.shutdown();
    boolean unused = sending.awaitTermination(5, TimeUnit.SECONDS);
    long all = sent.get();
    try {
      await().atMost(Duration.ofSeconds(5)).until(() -> received.get() + overflowed() >= all);
    } catch (ConditionTimeoutException e) {
      // some are lost
    }
    return all - received.get() - overflowed();
  }

  /** As the last column of the kernel's list of sockets says. */
  private long overflowed() {
    String port = String.format(Locale.ROOT, ":%04X ", target.getPort());
    return to.network()
        .call(
            () -> {
              try {
                return Files.readAllLines(Path.of("/proc/thread-self/net/udp")).stream()
                    .filter(line -> line.contains(port))
                    .mapToLong(line -> Long.parseLong(line.strip().replaceFirst(".*\\s", "")))
                    .sum();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @Override
  public void close() {
    sending.shutdownNow();
    try {
      sender.close();
      receiver.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
