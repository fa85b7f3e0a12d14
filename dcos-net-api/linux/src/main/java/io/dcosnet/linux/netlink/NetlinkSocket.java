// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static java.util.Objects.requireNonNull;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel to change or to tell something, and hands back what it answers. It speaks to the
 * network namespace in which the thread was that opened it, from whichever thread it is used.
 *
 * <p><b>Threading.</b> Made for one thread: each call blocks until the kernel has answered, and a
 * call from another thread waits for its turn. {@link #close} may be called by any thread at any
 * time; a call that waits for an answer then ends with ECANCELED, and whether the kernel did what
 * was asked is not known.
 *
 * <p><b>Errors.</b> {@link KernelException} with what was tried and the kernel's own words, where
 * it has some. ETIMEDOUT means that it gave no answer at all; ENOBUFS that answers were lost.
 */
public final class NetlinkSocket implements AutoCloseable {

  /** How long the kernel is given for an answer; it mostly has one at once. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** Beyond that, more requests in one system call save next to nothing. */
  private static final int WINDOW_REQUESTS = 500;

  private static final int WINDOW_OCTETS = 1 << 19;

  /** What a load of ten thousand services takes; memory is only used while something waits. */
  private static final int BUFFER_OCTETS = 8 << 20;

  /** Beyond that something changes all the time, and asking again does not help. */
  private static final int MAX_DUMPS = 20;

  private final NetlinkFile file;
  private final Duration timeout;
  private volatile int port;
  private int nextSequence = 1;
  private long interruptedDumps;

  private NetlinkSocket(NetlinkFile file, Duration timeout) {
    this.file = file;
    this.timeout = timeout;
  }

  /** Opens a socket in the namespace of this thread. */
  public static NetlinkSocket open(NetlinkProtocol protocol) {
    return open(protocol, DEFAULT_TIMEOUT);
  }

  /**
   * As the other one.
   *
   * @param timeout how long to wait for each answer
   */
  public static NetlinkSocket open(NetlinkProtocol protocol, Duration timeout) {
    requireNonNull(timeout, "timeout");
    NetlinkFile file = NetlinkFile.open(protocol);
    file.sendBuffer(BUFFER_OCTETS);
    file.receiveBuffer(BUFFER_OCTETS);
    // Older kernels lack one or the other, and then say less or look less closely.
    boolean unused = file.tries(Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, 1);
    unused = file.tries(Libc.SOL_NETLINK, Libc.NETLINK_CAP_ACK, 1);
    if (protocol == NetlinkProtocol.ROUTE) {
      unused = file.tries(Libc.SOL_NETLINK, Libc.NETLINK_GET_STRICT_CHK, 1);
    }
    return new NetlinkSocket(file, timeout);
  }

  /**
   * Asks one thing and waits until it is done.
   *
   * @return what the kernel told; mostly nothing for a change
   */
  public List<Message> request(Request request) {
    file.lock().lock();
    try {
      int sequence = write(request.with(Message.ACK));
      file.send(request.tried());
      List<Message> told = new ArrayList<>();
      while (true) {
        for (Message message : receive(request.tried())) {
          if (message.sequence() != sequence) {
            continue; // an answer for which we did not wait long enough
          }
          if (message.type() != Message.ERROR) {
            told.add(message);
            continue;
          }
          KernelAnswer answer = KernelAnswer.of(message);
          if (answer.isRefusal()) {
            throw answer.refusal(0, request).toException();
          }
          return told;
        }
      }
    } finally {
      file.lock().unlock();
    }
  }

  /**
   * Asks for all objects of a kind. When something changes meanwhile, so that the answer may lack a
   * part, it is asked again.
   */
  public List<Message> dump(Request request) {
    file.lock().lock();
    try {
      for (int i = 0; i < MAX_DUMPS; i++) {
        List<Message> all = dumpOnce(request.with(Message.DUMP));
        if (all != null) {
          return all;
        }
        interruptedDumps++;
      }
    } finally {
      file.lock().unlock();
    }
    throw new KernelException(
        request.tried() + " (" + MAX_DUMPS + " times, and it changed each time)", Errno.EBUSY);
  }

  private @Nullable List<Message> dumpOnce(Request request) {
    int sequence = write(request);
    file.send(request.tried());
    List<Message> all = new ArrayList<>();
    boolean interrupted = false;
    while (true) {
      for (Message message : receive(request.tried())) {
        if (message.sequence() != sequence) {
          continue;
        }
        interrupted |= message.has(Message.DUMP_INTERRUPTED) && message.type() != Message.ERROR;
        if (message.type() == Message.ERROR || message.type() == Message.DONE) {
          KernelAnswer answer = KernelAnswer.of(message);
          if (answer.isRefusal()) {
            throw answer.refusal(0, request).toException();
          }
          if (message.type() == Message.DONE) {
            return interrupted ? null : all;
          }
        } else {
          all.add(message);
        }
      }
    }
  }

  /**
   * Asks many things, each by itself: what is refused does not stop the others. Some hundred go
   * with one system call, and only the last of them is confirmed.
   *
   * @return those that were refused, in order
   */
  public List<Refusal> requestAll(List<Request> requests) {
    List<Refusal> refused = new ArrayList<>();
    file.lock().lock();
    try {
      int done = 0;
      while (done < requests.size()) {
        done = window(requests, done, refused);
      }
    } finally {
      file.lock().unlock();
    }
    return refused;
  }

  /** Does as many as go into one system call; returns the index behind them. */
  private int window(List<Request> requests, int from, List<Refusal> refused) {
    int room = Math.min(WINDOW_OCTETS, file.sendableOctets());
    int octets = requests.get(from).paddedOctets();
    int to = from + 1;
    while (to < requests.size() && to - from < WINDOW_REQUESTS) {
      octets += requests.get(to).paddedOctets();
      if (octets > room) {
        break;
      }
      to++;
    }
    int first = nextSequence;
    List<Request> window = requests.subList(from, to);
    writeAll(window);
    file.send(window.get(0).tried() + " and " + (window.size() - 1) + " more");
    Answers answers = new Answers(first, window);
    while (!answers.isComplete()) {
      answers.take(receive(window.get(window.size() - 1).tried()));
    }
    answers.refusals(from, refused);
    return to;
  }

  /**
   * Asks for many things of which all are done, or none, as netfilter does between two marks.
   *
   * @param begin the mark in front; a refusal of it has the index -1
   * @param end the mark behind
   * @return what was refused, in order; when there is something, nothing was done
   */
  public List<Refusal> transaction(Request begin, List<Request> requests, Request end) {
    if (requests.isEmpty()) {
      return List.of();
    }
    List<Request> all = new ArrayList<>(requests.size() + 2);
    all.add(begin);
    all.addAll(requests);
    file.lock().lock();
    try {
      int first = nextSequence;
      int octets = octetsOf(all) + end.paddedOctets();
      if (octets > file.sendableOctets()) {
        file.sendBuffer(octets);
      }
      ByteBuffer target = file.toSend(octets);
      writeAll(all, target);
      end.message(nextSequence++).write(target);
      file.send(begin.tried() + " of " + requests.size());
      // The last one is confirmed even when one before it was refused. But then the kernel has
      // said so before, and may leave out the rest.
      Answers answers = new Answers(first, all);
      while (!answers.isComplete() && !answers.isRefused(0)) {
        @Nullable List<Message> next =
            file.receive(answers.hasRefusals() ? Duration.ZERO : timeout);
        if (next == null) {
          if (answers.hasRefusals()) {
            break;
          }
          throw noAnswer(begin.tried());
        }
        answers.take(next);
      }
      List<Refusal> refused = new ArrayList<>();
      answers.refusals(-1, refused);
      return refused;
    } finally {
      file.lock().unlock();
    }
  }

  /**
   * The number that the kernel has for this socket, as of the last answer; 0 before the first one.
   * Monitors see it as {@link Message#port} of what was changed by way of this socket, where the
   * kernel tells that. Any thread.
   */
  public int port() {
    return port;
  }

  /** Dumps that were asked again because something changed meanwhile, since this was opened. */
  public long interruptedDumps() {
    file.lock().lock();
    try {
      return interruptedDumps;
    } finally {
      file.lock().unlock();
    }
  }

  /** Closes the socket; idempotent. Any thread. */
  @Override
  public void close() {
    file.close();
  }

  private int write(Request request) {
    int sequence = nextSequence++;
    request.message(sequence).write(file.toSend(request.paddedOctets()));
    return sequence;
  }

  private void writeAll(List<Request> requests) {
    writeAll(requests, file.toSend(octetsOf(requests)));
  }

  private void writeAll(List<Request> requests, ByteBuffer target) {
    int last = requests.size() - 1;
    for (int i = 0; i <= last; i++) {
      Request request = i == last ? requests.get(i).with(Message.ACK) : requests.get(i);
      request.message(nextSequence++).write(target);
    }
  }

  private static int octetsOf(List<Request> requests) {
    int octets = 0;
    for (Request request : requests) {
      octets += request.paddedOctets();
    }
    return octets;
  }

  private List<Message> receive(String tried) {
    List<Message> messages = file.receive(timeout);
    if (messages == null) {
      throw noAnswer(tried);
    }
    if (!messages.isEmpty()) {
      port = messages.get(0).port();
    }
    return messages;
  }

  private KernelException noAnswer(String tried) {
    file.checkOpen(tried);
    return new KernelException(tried + " (no answer within " + timeout + ")", Errno.ETIMEDOUT);
  }
}
