// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.dns.answer.Responder;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.udp.BatchUdpSocket;
import io.dcosnet.linux.udp.ReturnAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a batch of queries, answers them, sends the answers, and so on until it is stopped,
 * whatever goes wrong meanwhile. Owns its socket.
 *
 * <p>{@link #run} keeps one thread; {@link #stop} is for any other.
 */
final class NativeWorker implements Runnable {

  private static final Logger LOGGER = LoggerFactory.getLogger(NativeWorker.class);
  private static final long FAILURE_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  /** What has come when the stop is asked for is answered, but a flood does not delay the end. */
  private static final int MOST_BATCHES_AFTER_STOP = 64;

  private final BatchUdpSocket socket;
  private final UdpAnswering answering;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean stopping;

  NativeWorker(BatchUdpSocket socket, UdpParts parts) {
    this.socket = socket;
    this.answering = new UdpAnswering(parts);
  }

  @Override
  public void run() {
    try {
      int batchesLeft = MOST_BATCHES_AFTER_STOP;
      while (batchesLeft > 0) {
        boolean last = stopping; // read once for each batch, and before it
        boolean idle = !tryBatch();
        if (last) {
          batchesLeft = idle ? 0 : batchesLeft - 1;
        }
      }
    } finally {
      socket.close();
      ended.complete(null);
    }
  }

  /** As {@link #batch}; without this thread nobody would answer here any more. */
  private boolean tryBatch() {
    try {
      return batch();
    } catch (RuntimeException | Error e) {
      answering.failed(e);
      LockSupport.parkNanos(FAILURE_PAUSE_NANOS); // such as want of memory, which may pass
      return false;
    }
  }

  /** False when there was nothing to do. */
  private boolean batch() {
    int count;
    try {
      count = socket.receive();
    } catch (KernelException e) {
      LOGGER.warn("dns over udp: {}", e.getMessage());
      LockSupport.parkNanos(FAILURE_PAUSE_NANOS); // it would fail again, and fill this processor
      return false;
    }
    for (int i = 0; i < count; i++) {
      tryToAnswer(i);
    }
    int lost = socket.send();
    if (lost > 0) {
      answering.notSent(lost);
    }
    return count > 0;
  }

  private void tryToAnswer(int index) {
    try {
      answer(index);
    } catch (RuntimeException | Error e) {
      answering.failed(e); // those behind it are answered all the same
    }
  }

  private void answer(int index) {
    int length = socket.copy(index, answering.message);
    answering.sender.setIpv6(
        socket.senderHigh(index), socket.senderLow(index), socket.senderPort(index));
    int octets = answering.answer(length);
    if (octets > 0) {
      socket.answer(index, answering.octets(), octets);
    } else if (octets == Responder.LATER) {
      ReturnAddress client = socket.returnAddress(index);
      var unused = answering.later().thenAccept(response -> sendLate(client, response));
    }
  }

  /** On any thread. */
  private void sendLate(ReturnAddress client, byte[] response) {
    if (response.length > 0 && !socket.send(client, response, response.length)) {
      answering.notSent(1);
    }
  }

  /** Datagrams that were lost because they were not taken soon enough. Any thread. */
  long overflows() {
    return socket.overflows();
  }

  void stop() {
    stopping = true;
    socket.wake();
  }

  /** Completes when the socket is closed; the thread ends right after that. */
  CompletableFuture<Void> ended() {
    return ended;
  }
}
