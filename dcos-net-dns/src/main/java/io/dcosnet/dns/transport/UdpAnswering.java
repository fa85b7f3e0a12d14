// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.dns.transfer.TransferService.Responses;
import io.dcosnet.dns.wire.Sender;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about one datagram after the other, whatever socket they come by. The transport puts
 * a message into {@link #message} and its sender into {@link #sender}, then asks for the answer.
 *
 * <p><b>Confined to</b> one thread.
 */
final class UdpAnswering {

  /** Queries are small; what is longer than this is cut and will not parse. */
  static final int MAX_DATAGRAM = 4096;

  private static final Logger LOGGER = LoggerFactory.getLogger(UdpAnswering.class);
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final byte[] NOTHING = {};

  final byte[] message = new byte[MAX_DATAGRAM];
  final Sender sender = new Sender();

  private final Responder responder;
  private final @Nullable TransferService transfers;
  private final Counter fromPortZero;
  private final Counter notSent;
  private final Counter failures;
  private final TimeSource time;
  private byte[] octets;
  private long quietUntilNanos;
  private long leftOut;

  UdpAnswering(UdpParts parts) {
    responder = parts.responders().apply(Protocol.UDP);
    octets = responder.octets();
    transfers = parts.transfers();
    DnsMetrics metrics = parts.metrics();
    fromPortZero = metrics.dropped("port-zero");
    notSent = metrics.dropped("send");
    failures = metrics.dropped("failure");
    time = parts.net().time();
    quietUntilNanos = time.nanos();
  }

  /**
   * Answers the message.
   *
   * @return octets of the answer in {@link #octets}, {@link Responder#SILENCE}, or {@link
   *     Responder#LATER}
   */
  int answer(int length) {
    if (sender.port() == 0) {
      fromPortZero.increment(); // forged: nobody can get an answer there
      return Responder.SILENCE;
    }
    try {
      return tryToAnswer(length);
    } catch (RuntimeException | Error e) {
      failed(e);
      return Responder.SILENCE;
    }
  }

  private int tryToAnswer(int length) {
    if (transfers != null && transfers.mayConcern(message, 0, length)) {
      int answered = answerTransfer(transfers, length);
      if (answered != Responder.SILENCE) {
        return answered;
      }
    }
    octets = responder.octets();
    return responder.answer(message, 0, length, sender);
  }

  private int answerTransfer(TransferService service, int length) {
    try (Responses one = service.answer(message, 0, length, sender.address(), Protocol.UDP)) {
      if (one == null) {
        return Responder.SILENCE;
      }
      int answered = one.next();
      octets = one.octets().clone(); // they may go with the response
      return answered;
    }
  }

  /** Where the last answer stands, from index 0; valid until the next one. */
  byte[] octets() {
    return octets;
  }

  /** Takes up the query for which {@link #answer} gave {@link Responder#LATER} just before. */
  CompletionStage<byte[]> later() {
    try {
      return responder.later();
    } catch (RuntimeException | Error e) {
      failed(e);
      return CompletableFuture.completedFuture(NOTHING);
    }
  }

  /** A fault of ours, whatever the message was; the next one deserves its answer. */
  void failed(Throwable fault) {
    try {
      tell(fault);
    } catch (RuntimeException | Error e) {
      // Not even that could be told, as for want of memory; the next fault is told with this one.
      leftOut++;
    }
  }

  private void tell(Throwable fault) {
    failures.increment();
    long now = time.nanos();
    if (now - quietUntilNanos < 0) {
      leftOut++;
      return;
    }
    LOGGER.warn("dns over udp: answering failed client={} left_out={}", sender, leftOut, fault);
    quietUntilNanos = now + PAUSE_NANOS; // only when that worked
    leftOut = 0;
  }

  /** So many answers did not leave. Any thread. */
  void notSent(int answers) {
    notSent.add(answers);
  }
}
