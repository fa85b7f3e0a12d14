// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.netty.http.Routes.Mount;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** One connection in memory, on virtual time, with a client that can stop reading. */
final class ConnectionBench {

  static final HttpLimits LIMITS =
      new HttpLimits(
          10,
          10,
          10,
          1024,
          256,
          1000,
          Duration.ofSeconds(75).toNanos(),
          Duration.ofSeconds(30).toNanos(),
          Duration.ofSeconds(20).toNanos(),
          Duration.ofSeconds(15).toNanos());

  final VirtualTime time = new VirtualTime();
  final RecordingMetrics metrics = new RecordingMetrics();
  final ServerState server;
  private final Wire channel = new Wire();
  private final StringBuilder received = new StringBuilder();

  private ConnectionBench(HttpHandler handler, HttpLimits limits, boolean unix) {
    Routes routes = new Routes(List.of(new Mount("/app", handler, limits.maxBodyBytes())));
    server = new ServerState("bench", routes, limits, time, metrics);
    HttpConnection connection = new HttpConnection(server, server, channel, unix);
    channel
        .pipeline()
        .addLast(
            new RequestDecoder(limits, connection::bytesArrived),
            new HttpResponseEncoder(),
            connection);
    channel.pipeline().fireChannelActive();
  }

  static ConnectionBench tcp(HttpHandler handler) {
    return new ConnectionBench(handler, LIMITS, false);
  }

  static ConnectionBench unix(HttpHandler handler) {
    return new ConnectionBench(handler, LIMITS, true);
  }

  void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  /** What a plain GET below the mount sends. */
  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: example.org\r\n\r\n";
  }

  /** The client closes its half. */
  void endInput() {
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    channel.runPendingTasks();
  }

  /** All that has come since the last call. */
  String take() {
    channel.runPendingTasks();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      received.append(part.toString(StandardCharsets.UTF_8));
      part.release();
    }
    String text = received.toString();
    received.setLength(0);
    return text;
  }

  boolean isOpen() {
    channel.runPendingTasks();
    return channel.isOpen();
  }

  /** Lets time pass, with the sweep of the server each second. */
  void pass(Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second++) {
      time.advance(Duration.ofSeconds(1));
      server.lookAtDeadlines();
      channel.runPendingTasks();
    }
  }

  /** The client reads nothing any more. */
  void stopReading() {
    channel.blocked = true;
  }

  /** Of what waits, the client reads one byte. */
  void readOneByte() {
    channel.unsafe().outboundBuffer().progress(1);
  }

  /** The client reads what waits and all that comes. */
  void readOn() {
    channel.blocked = false;
    channel.flush();
    channel.runPendingTasks();
  }

  /** The client has gone. */
  void leave() {
    var unused = channel.close();
    channel.runPendingTasks();
  }

  /** Bytes that wait for the client to read. */
  long pendingBytes() {
    return channel.unsafe().outboundBuffer().totalPendingWriteBytes();
  }

  /** A channel whose kernel takes bytes only while the client reads. */
  private static final class Wire extends EmbeddedChannel {
    boolean blocked;

    @Override
    protected void doWrite(ChannelOutboundBuffer buffer) throws Exception {
      if (!blocked) {
        super.doWrite(buffer);
      }
    }
  }
}
