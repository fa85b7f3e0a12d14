// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Front;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.dns.transfer.TransferService.Responses;
import io.dcosnet.dns.wire.Sender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: each message behind its length in two octets (RFC 1035 §4.2.2), as many as the
 * client likes. What can be answered at once is; other answers leave when they come, in any order
 * (RFC 7766 §7). A transfer of a zone holds back what is asked after it, but not the answers to
 * what was asked before.
 *
 * <p>A connection is ended when it is silent for too long, sends octets but never a whole query, or
 * does not read what we answer. While answers wait to leave, or too many are still to come, nothing
 * more is read.
 *
 * <p><b>Confined to</b> its event loop, but for what its listener calls.
 */
final class TcpHandler extends ByteToMessageDecoder implements TcpConnections.Connection {

  private static final Logger LOGGER = LoggerFactory.getLogger(TcpHandler.class);
  private static final int LENGTH_OCTETS = 2;

  /** What a connection waits for; each has its own limit of time. */
  private enum Phase {
    HANDSHAKE,
    FIRST_QUERY,
    QUERIES
  }

  private final Channel channel;
  private final InetSocketAddress remote;
  private final Front front;
  private final Sender sender = new Sender();
  private final @Nullable TransferService transfers;
  private final TcpConnections connections;
  private final DnsMetrics metrics;
  private byte[] message = new byte[512];

  private volatile Phase phase;

  /** When the last whole query came or the last answer was given. */
  private volatile long activeNanos;

  /** Since when answers wait because the client does not read them. */
  private long unreadSinceNanos;

  /** What answers the last query message by message; nothing else is taken up meanwhile. */
  private @Nullable Responses transfer;

  /** Queries that were put off. */
  private int pending;

  private boolean admitted;
  private boolean takingUp;
  private boolean flushIsDue;

  /** No more queries will come, or shall be taken: the connection ends when all are answered. */
  private boolean last;

  private boolean ending;

  TcpHandler(
      Channel channel,
      Front front,
      @Nullable TransferService transfers,
      TcpConnections connections,
      DnsMetrics metrics,
      boolean encrypted) {
    this.channel = channel;
    this.remote = (InetSocketAddress) channel.remoteAddress();
    this.front = front;
    this.transfers = transfers;
    this.connections = connections;
    this.metrics = metrics;
    this.phase = encrypted ? Phase.HANDSHAKE : Phase.FIRST_QUERY;
    active();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    String refusal = connections.admit(this);
    if (!refusal.isEmpty()) {
      end(refusal);
      return;
    }
    admitted = true;
    super.channelActive(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    ending = true; // what is still undecoded gets no answer
    if (admitted) {
      connections.left(this);
    }
    if (transfer != null) {
      metrics.transfers("cut").increment();
      transfer.close();
      transfer = null;
    }
    super.channelInactive(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    takingUp = true;
    while (mayTakeUp() && in.readableBytes() >= LENGTH_OCTETS) {
      int length = in.getUnsignedShort(in.readerIndex());
      if (length == 0) {
        end("empty-message");
        break;
      }
      if (in.readableBytes() < LENGTH_OCTETS + length) {
        break;
      }
      in.skipBytes(LENGTH_OCTETS);
      takeUp(in, length);
    }
    takingUp = false;
    readOrWait();
  }

  private boolean mayTakeUp() {
    return !ending
        && transfer == null
        && pending < connections.limits().maxPending()
        && channel.isWritable();
  }

  private void takeUp(ByteBuf in, int length) {
    if (message.length < length) {
      message = new byte[length];
    }
    in.readBytes(message, 0, length);
    phase = Phase.QUERIES;
    active();
    if (transfers != null) {
      IpAddress client = IpAddress.of(remote.getAddress());
      transfer = transfers.answer(message, 0, length, client, Protocol.TCP);
      if (transfer != null) {
        writeTransfer();
        return;
      }
    }
    sender.set(remote.getAddress(), remote.getPort());
    int octets = front.answer(message, 0, length, sender);
    if (octets == Responder.LATER) {
      putOff();
    } else if (octets == Responder.SILENCE) {
      end("not-a-query"); // no more sense to be expected on this connection
    } else {
      write(front.octets(), octets);
    }
  }

  private void putOff() {
    pending++;
    connections.pending().incrementAndGet();
    var unused =
        front
            .later()
            .whenComplete(
                (answer, failure) -> {
                  connections.pending().decrementAndGet();
                  onLoop(() -> came(answer, failure));
                });
  }

  private void came(byte @Nullable [] answer, @Nullable Throwable failure) {
    pending--;
    if (ending) {
      return;
    }
    if (answer == null) { // against its promise, so a fault of ours
      LOGGER.error("a query that was put off got no answer client={}", remote, failure);
    } else if (answer.length > 0) {
      active();
      write(answer, answer.length);
    }
    if (!takingUp && !flushIsDue) { // answers that come together leave together
      flushIsDue = true;
      channel.eventLoop().execute(this::goOn);
    }
  }

  /** Length and message in one write, so that they leave in one segment (RFC 7766 §8). */
  private void write(byte[] octets, int length) {
    ByteBuf answer = channel.alloc().buffer(LENGTH_OCTETS + length);
    answer.writeShort(length).writeBytes(octets, 0, length);
    var unused = channel.write(answer);
  }

  /** Writes as much as the client reads; the rest when it has read that. */
  private void writeTransfer() {
    Responses messages = transfer;
    while (messages != null && channel.isWritable()) {
      int length = messages.next();
      if (length == 0) {
        messages.close();
        messages = null;
      } else {
        write(messages.octets(), length);
        active();
      }
    }
    transfer = messages;
  }

  /** Takes up what has waited, lets answers leave, and ends the connection if that was all. */
  private void goOn() {
    flushIsDue = false;
    if (ending || takingUp) {
      return;
    }
    writeTransfer();
    ChannelHandlerContext context = channel.pipeline().context(this);
    if (context != null) {
      callDecode(context, internalBuffer(), List.of());
    }
    channel.flush();
    readOrWait();
    boolean answered = pending == 0 && transfer == null;
    if (last && !ending && answered && channel.isWritable()) {
      ending = true;
      var unused =
          channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    goOn();
    // Not the decoder's own way, which would read on although we have stopped reading.
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    if (channel.isWritable()) {
      goOn();
    } else {
      unreadSinceNanos = connections.time().nanos();
    }
    super.channelWritabilityChanged(context);
  }

  private void readOrWait() {
    channel.config().setAutoRead(mayTakeUp() && !last);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    // The decoder itself would throw away what it holds once no more can come.
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      last = true;
      goOn();
    } else if (event instanceof SslHandshakeCompletionEvent handshake && !ending) {
      handshakeEnded(handshake.isSuccess());
    }
    context.fireUserEventTriggered(event);
  }

  private void handshakeEnded(boolean well) {
    if (well) {
      metrics.handshakes("done").increment();
      phase = Phase.FIRST_QUERY;
      active();
    } else { // whoever encrypts tells the client why, and closes
      metrics.handshakes("failed").increment();
      metrics.connectionsClosed("handshake").increment();
      ending = true;
    }
  }

  private void active() {
    activeNanos = connections.time().nanos();
  }

  @Override
  public InetAddress client() {
    return remote.getAddress();
  }

  @Override
  public void lookIfDue(long nowNanos) {
    if (nowNanos - activeNanos >= patienceNanos()) {
      onLoop(this::look);
    }
  }

  private void look() {
    long now = connections.time().nanos();
    if (ending || now - activeNanos < patienceNanos()) {
      return; // something has happened since
    }
    if (!channel.isWritable()) {
      if (now - unreadSinceNanos >= connections.idleNanos()) {
        end("slow-reader");
      }
    } else if (phase == Phase.HANDSHAKE) {
      metrics.handshakes("timeout").increment();
      end("handshake");
    } else if (pending == 0 && transfer == null) {
      end("idle");
    }
  }

  private long patienceNanos() {
    return switch (phase) {
      case HANDSHAKE -> connections.limits().handshake().toNanos();
      case FIRST_QUERY -> connections.limits().firstQuery().toNanos();
      case QUERIES -> connections.idleNanos();
    };
  }

  @Override
  public void drain() {
    onLoop(
        () -> {
          last = true;
          goOn();
        });
  }

  @Override
  public void cut() {
    onLoop(() -> end("stopped"));
  }

  private void onLoop(Runnable work) {
    if (channel.eventLoop().inEventLoop()) {
      work.run();
      return;
    }
    try {
      channel.eventLoop().execute(work);
    } catch (RejectedExecutionException e) {
      LOGGER.debug("the event loop has ended, and the connection with it", e);
    }
  }

  private void end(String reason) {
    if (!ending) {
      ending = true;
      metrics.connectionsClosed(reason).increment();
      channel.flush();
      var unused = channel.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOGGER.debug("connection of {} failed: {}", remote, cause.toString());
    end("error");
  }
}
