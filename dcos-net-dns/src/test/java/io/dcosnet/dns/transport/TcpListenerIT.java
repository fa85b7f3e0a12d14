// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static io.dcosnet.dns.transport.ScriptedFront.LATER;
import static io.dcosnet.dns.transport.ScriptedFront.NOW;
import static io.dcosnet.dns.transport.ScriptedFront.SILENCE;
import static io.dcosnet.dns.transport.ScriptedFront.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpListenerIT {

  private static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().scheduler(time).ioThreads(1).build();
  private final ScriptedFront front = new ScriptedFront();
  private @Nullable TcpListener listener;
  private @Nullable HostPort address;

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void answersOutOfOrder() throws IOException {
    try (StreamClient client = client(TcpLimits.DEFAULTS)) {
      client.ask(query(1, LATER)).ask(query(2, LATER)).ask(query(3, NOW));
      assertThat(client.readId()).isEqualTo(3);
      front.release(2);
      assertThat(client.readId()).isEqualTo(2);
      client.ask(query(4, NOW));
      assertThat(client.readId()).isEqualTo(4);
      front.release(1);
      assertThat(client.readId()).isEqualTo(1);
    }
    await().until(() -> listener().open() == 0);
    assertThat(listener().pending()).isZero();
  }

  @Test
  void readsNoMoreWhileTooManyQueriesWaitAndGoesOnAfterwards() throws IOException {
    try (StreamClient client = client(TcpLimits.DEFAULTS.withMaxPending(3))) {
      for (int i = 1; i <= 10; i++) {
        client.ask(query(i, LATER));
      }
      await().until(() -> front.waiting.size() == 3);
      time.advance(Duration.ofSeconds(60)); // that others take their time is not the client's fault
      assertThat(listener().pending()).isEqualTo(3);
      assertThat(front.waiting).containsOnlyKeys(1, 2, 3);

      List<Integer> answered = new ArrayList<>();
      for (int i = 1; i <= 10; i++) {
        int next = i;
        await().until(() -> front.waiting.containsKey(next));
        front.release(i);
        answered.add(client.readId());
      }
      assertThat(answered).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }
  }

  @Test
  void letsPendingAnswersLeaveBeforeItClosesAHalfClosedConnection() throws IOException {
    try (StreamClient client = client(TcpLimits.DEFAULTS.withMaxPending(2))) {
      for (int i = 1; i <= 5; i++) { // two of them are taken up only when others were answered
        client.ask(query(i, LATER));
      }
      client.socket.shutdownOutput();
      for (int i = 1; i <= 5; i++) {
        int next = i;
        await().until(() -> front.waiting.containsKey(next));
        front.release(i);
        assertThat(client.readId()).isEqualTo(i);
      }
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void forgetsAnswersWhoseClientHasGone() throws IOException {
    StreamClient client = client(TcpLimits.DEFAULTS);
    client.ask(query(1, LATER));
    await().until(() -> front.waiting.containsKey(1));
    client.socket.setSoLinger(true, 0); // leaves with a reset
    client.close();
    await().until(() -> listener().open() == 0);

    front.release(1);

    assertThat(listener().pending()).isZero();
    try (StreamClient next = StreamClient.to(address())) {
      assertThat(next.ask(query(2, NOW)).readId()).isEqualTo(2);
    }
  }

  @Test
  void endsConnectionsThatAskNothingInTime() throws IOException {
    try (StreamClient silent = client(TcpLimits.DEFAULTS);
        StreamClient once = StreamClient.to(address());
        StreamClient half = StreamClient.to(address())) {
      once.ask(query(1, NOW)).readId();
      half.ask(query(2, NOW)).readId();
      await().until(() -> listener().open() == 3);

      time.advance(Duration.ofMillis(2700));
      assertThat(listener().open()).isEqualTo(3);
      time.advance(Duration.ofMillis(600));
      assertThat(silent.isEnded()).isTrue();
      await().until(() -> listener().open() == 2);

      half.send((byte) 0, (byte) 7, (byte) 1); // octets are no query
      time.advance(Duration.ofSeconds(7));
      assertThat(once.isEnded()).isTrue();
      assertThat(half.isEnded()).isTrue();
    }
    assertThat(closed("idle")).isEqualTo(3);
  }

  @Test
  void endsIdleConnectionsSoonerWhileFewAreLeft() throws IOException {
    TcpLimits few = new TcpLimits(4, 4, Duration.ofSeconds(3), Duration.ofSeconds(10));
    List<StreamClient> clients = new ArrayList<>();
    clients.add(client(few));
    while (clients.size() < 3) {
      clients.add(StreamClient.to(address()));
    }
    for (StreamClient client : clients) {
      client.ask(query(1, NOW)).readId();
    }
    time.advance(Duration.ofSeconds(5));
    assertThat(listener().open()).isEqualTo(3);

    try (StreamClient fourth = StreamClient.to(address())) {
      fourth.ask(query(1, NOW)).readId();
      time.advance(Duration.ofMillis(250));
      // Once one has gone there is room again, so the others may stay.
      await().until(() -> closed("idle") >= 1 && listener().open() <= 3);
      assertThat(fourth.ask(query(2, NOW)).readId()).isEqualTo(2);
      for (StreamClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void endsConnectionsThatDoNotReadWhatTheyAskedFor() throws IOException {
    HostPort address = bind(TcpLimits.DEFAULTS, null);
    try (StreamClient client = StreamClient.to(address, 4096)) {
      for (int i = 0; i < 400; i++) { // 24 MiB, more than the kernel holds for both ends
        client.ask(query(i, NOW, 60_000));
      }
      assertThat(client.readId()).isZero();
      await()
          .until(
              () -> {
                time.advance(Duration.ofSeconds(1));
                return closed("slow-reader") == 1;
              });
      assertThat(time.nanos()).isGreaterThanOrEqualTo(Duration.ofSeconds(10).toNanos());
      assertThat(client.isEnded()).isTrue();
    }
    await().until(() -> listener().open() == 0);
  }

  @Test
  void hasPatienceWithClientsThatReadSlowlyButSteadily() throws IOException {
    int answers = 300;
    try (StreamClient client = client(TcpLimits.DEFAULTS)) {
      for (int i = 0; i < answers; i++) {
        client.ask(query(i, NOW, 48_000));
      }
      for (int i = 0; i < answers; i++) {
        assertThat(client.readId()).isEqualTo(i);
        turn(); // writes what there is room for now
        time.advance(Duration.ofMillis(500));
      }
    }
    assertThat(closed("slow-reader")).isZero();
  }

  /** Lets the event loop see what has happened to its sockets. */
  private void turn() {
    for (int i = 0; i < 2; i++) {
      net.eventLoops().next().submit(() -> {}).syncUninterruptibly();
    }
  }

  @Test
  void givesAnswersThatArePendingBetweenThePartsOfAZone() throws IOException {
    int parts = 300;
    HostPort address =
        bind(
            TcpLimits.DEFAULTS,
            (message, offset, length, client, protocol) ->
                message[offset + 4] == 'z' ? new Zone(parts) : null);
    try (StreamClient client = StreamClient.to(address, 4096)) {
      client.ask(query(1, LATER)).ask(query(7, (byte) 'z')).ask(query(2, NOW));
      await().until(() -> front.waiting.containsKey(1));
      List<Integer> read = new ArrayList<>();
      for (int i = 0; i < parts + 2; i++) {
        if (i == 5) {
          front.release(1);
        }
        read.add(client.readId());
      }

      assertThat(read.get(parts + 1)).isEqualTo(2); // asked after the zone
      assertThat(read.indexOf(1)).isBetween(6, parts);
      read.removeIf(id -> id < 100);
      List<Integer> whole = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        whole.add(100 + i);
      }
      assertThat(read).isEqualTo(whole);
    }
  }

  /** Parts of 60 000 octets, numbered from 100. */
  private static final class Zone implements TransferService.Responses {
    private final int parts;
    private byte[] octets = new byte[0];
    private int next;

    Zone(int parts) {
      this.parts = parts;
    }

    @Override
    public int next() {
      if (next == parts) {
        return 0;
      }
      octets = new byte[60_000];
      System.arraycopy(query(100 + next++, NOW), 0, octets, 0, 7);
      return octets.length;
    }

    @Override
    public byte[] octets() {
      return octets;
    }

    @Override
    public void close() {}
  }

  @Test
  void endsAConnectionThatSaysNothingOfSense() throws IOException {
    try (StreamClient empty = client(TcpLimits.DEFAULTS);
        StreamClient noise = StreamClient.to(address())) {
      assertThat(empty.send((byte) 0, (byte) 0).isEnded()).isTrue();
      assertThat(noise.ask(query(1, SILENCE)).isEnded()).isTrue();
    }
    assertThat(closed("empty-message")).isOne();
    assertThat(closed("not-a-query")).isOne();
  }

  @Test
  void takesQueriesOctetByOctetAndManyAtOnce() throws IOException {
    try (StreamClient client = client(TcpLimits.DEFAULTS)) {
      for (byte octet : StreamClient.framed(query(1, NOW))) {
        client.send(octet);
      }
      assertThat(client.readId()).isEqualTo(1);
      byte[] one = StreamClient.framed(query(2, NOW));
      byte[] many = new byte[one.length * 1000];
      for (int i = 0; i < 1000; i++) {
        System.arraycopy(one, 0, many, i * one.length, one.length);
      }
      client.send(many);
      for (int i = 0; i < 1000; i++) {
        assertThat(client.readId()).isEqualTo(2);
      }
    }
  }

  @Test
  void survivesAFloodOfConnections() throws IOException {
    TcpLimits limits = new TcpLimits(20, 10, Duration.ofSeconds(3), Duration.ofSeconds(10));
    List<StreamClient> flood = new ArrayList<>();
    try (StreamClient first = client(limits)) {
      first.ask(query(1, NOW)).readId();
      for (int i = 0; i < 200; i++) {
        flood.add(StreamClient.to(address()));
      }
      await().until(() -> closed("client-limit") == 191);
      assertThat(listener().open()).isEqualTo(10);
      assertThat(first.ask(query(2, NOW)).readId()).isEqualTo(2);
    }
    for (StreamClient client : flood) {
      client.close();
    }
    await().until(() -> listener().open() == 0);
    try (StreamClient next = StreamClient.to(address())) {
      assertThat(next.ask(query(3, NOW)).readId()).isEqualTo(3);
    }
  }

  @Test
  void stopsAfterThePendingAnswersOrWhenTheGraceIsOver() throws IOException {
    try (StreamClient patient = client(TcpLimits.DEFAULTS);
        StreamClient stuck = StreamClient.to(address());
        StreamClient idle = StreamClient.to(address())) {
      patient.ask(query(1, LATER));
      stuck.ask(query(2, LATER));
      idle.ask(query(3, NOW)).readId();
      await().until(() -> front.waiting.size() == 2);

      CompletableFuture<Void> stopped =
          listener().close(Duration.ofSeconds(5)).toCompletableFuture();
      assertThat(idle.isEnded()).isTrue();
      front.release(1);
      assertThat(patient.readId()).isEqualTo(1);
      assertThat(patient.isEnded()).isTrue();
      time.advance(Duration.ofSeconds(4));
      assertThat(stopped).isNotDone();
      time.advance(Duration.ofSeconds(1));
      assertThat(stuck.isEnded()).isTrue();
      assertThat(stopped).isCompleted();
    }
  }

  private StreamClient client(TcpLimits limits) throws IOException {
    return StreamClient.to(bind(limits, null));
  }

  private HostPort bind(TcpLimits limits, @Nullable TransferService transfers) {
    listener = new TcpListener(net, () -> front, transfers, null, new DnsMetrics(metrics), limits);
    address = listener.bind(LOOPBACK).toCompletableFuture().join();
    return address;
  }

  private HostPort address() {
    assertThat(address).isNotNull();
    return address;
  }

  private TcpListener listener() {
    assertThat(listener).isNotNull();
    return listener;
  }

  private long closed(String reason) {
    return metrics.count("dcosnet.dns.tcp.closed", "reason", reason);
  }
}
