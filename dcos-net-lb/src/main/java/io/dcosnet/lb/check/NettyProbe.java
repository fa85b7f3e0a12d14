// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderWriter;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.netty.NetRuntime;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Tries back ends over TCP on the event loops of the runtime. Where a back end expects a header of
 * the PROXY protocol it gets one that names no client.
 *
 * <p><b>Thread-safe.</b>
 */
public final class NettyProbe implements Probe {

  private static final int LONGEST_LINE = 256;
  private static final int FIRST_GOOD = 200;
  private static final int FIRST_BAD = 400;

  private final NetRuntime net;

  /** Opens nothing. */
  public NettyProbe(NetRuntime net) {
    this.net = requireNonNull(net, "net");
  }

  @Override
  public CompletionStage<Outcome> probe(Subject subject, Duration timeout) {
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    int millis = Math.toIntExact(timeout.toMillis());
    Answer answer = new Answer(result);
    ChannelFuture connect =
        new Bootstrap()
            .group(net.eventLoops())
            .channelFactory(net.transport().socket())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
            .handler(answer)
            .connect(subject.endpoint().toSocketAddress());
    Channel channel = connect.channel();
    // One that was registered may be closed again by now, as its back end refused it at once.
    if (connect.cause() != null && !answer.began) { // no descriptor, as a rule
      String why = String.valueOf(connect.cause().getMessage());
      return CompletableFuture.completedStage(new Outcome(Result.NOTHING, why));
    }
    Future<?> deadline =
        channel
            .eventLoop()
            .schedule(
                () -> result.complete(Outcome.bad("no answer in " + millis + " ms")),
                millis,
                TimeUnit.MILLISECONDS);
    connect.addListener(
        done -> {
          if (done.isSuccess()) {
            ask(channel, subject, result);
          } else {
            result.complete(Outcome.bad(String.valueOf(done.cause().getMessage())));
          }
        });
    return result.minimalCompletionStage().whenComplete((o, f) -> end(deadline, channel));
  }

  private static void end(Future<?> deadline, Channel channel) {
    deadline.cancel(false);
    var unused = channel.close();
  }

  private static void ask(Channel channel, Subject subject, CompletableFuture<Outcome> result) {
    byte[] header =
        switch (subject.header()) {
          case NONE -> new byte[0];
          case V1 -> ProxyHeaderWriter.unknownV1();
          case V2 -> ProxyHeaderWriter.localV2();
        };
    boolean http = subject.check().kind() == Check.Kind.HTTP;
    String request =
        http
            ? "GET "
                + subject.check().path()
                + " HTTP/1.1\r\nHost: "
                + subject.endpoint()
                + "\r\nUser-Agent: dcos-net\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            : "";
    ByteBuf both = Unpooled.wrappedBuffer(header, request.getBytes(US_ASCII));
    channel
        .writeAndFlush(both)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                result.complete(Outcome.bad(String.valueOf(written.cause())));
              } else if (!http) {
                result.complete(Outcome.good("connected"));
              }
            });
  }

  /** Reads the first line of an answer. */
  private static final class Answer extends SimpleChannelInboundHandler<ByteBuf> {
    private final CompletableFuture<Outcome> result;
    private final StringBuilder line = new StringBuilder();
    private volatile boolean began;

    Answer(CompletableFuture<Outcome> result) {
      this.result = result;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
      began = true;
      context.fireChannelRegistered();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      while (bytes.isReadable() && !result.isDone()) {
        char next = (char) (bytes.readByte() & 0xff);
        if (next == '\n' || line.length() == LONGEST_LINE) {
          // What does not print would move the cursor of whoever reads the log.
          result.complete(outcome(line.toString().strip().replaceAll("[^ -~]", "?")));
        } else {
          line.append(next);
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      result.complete(Outcome.bad("closed without an answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      result.complete(Outcome.bad(String.valueOf(cause.getMessage())));
    }

    private static Outcome outcome(String line) {
      if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
        return Outcome.bad("no HTTP: " + line);
      }
      int status = Integer.parseInt(line.substring(9, 12));
      boolean good = status >= FIRST_GOOD && status < FIRST_BAD;
      return good ? Outcome.good(line) : Outcome.bad(line);
    }
  }
}
