// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.awaitility.Awaitility.await;

import io.dcosnet.standalone.overlay.Datagrams.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/** A stream of numbered packets from one network to another, and how many of them come. */
final class Traffic implements AutoCloseable {

  private static final int SPACING_MILLIS = 2;

  private final ScheduledExecutorService sending = Executors.newSingleThreadScheduledExecutor();
  private final DatagramChannel sender;
  private final DatagramChannel receiver;
  private final InetSocketAddress target;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  private Traffic(DatagramChannel sender, DatagramChannel receiver, InetSocketAddress target) {
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
      Traffic traffic = new Traffic(sender, receiver, new InetSocketAddress(address(to), port));
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
            end.address().isIpv4()
                ? java.net.StandardProtocolFamily.INET
                : java.net.StandardProtocolFamily.INET6)
        .bind(new InetSocketAddress(address(end), 0));
  }

  private void send() {
    long number = sent.get();
    try {
      int unused = sender.send(ByteBuffer.allocate(Long.BYTES).putLong(0, number), target);
    } catch (IOException e) {
      refused.incrementAndGet(); // it counts as lost
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
    boolean unused = sending.awaitTermination(5, java.util.concurrent.TimeUnit.SECONDS);
    long all = sent.get();
    try {
      await().atMost(Duration.ofSeconds(2)).until(() -> received.get() >= all);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      // some are lost
    }
    return all - received.get();
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
