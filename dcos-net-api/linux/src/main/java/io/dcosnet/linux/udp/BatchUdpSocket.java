// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A UDP socket that takes many datagrams with one system call and answers them with another one.
 * All memory is allocated when it is opened.
 *
 * <pre>{@code
 * try (BatchUdpSocket socket = BatchUdpSocket.builder().open(HostPort.parse("127.0.0.1:0"))) {
 *   int count = socket.receive();
 *   for (int i = 0; i < count; i++) {
 *     int length = socket.copy(i, octets);
 *     socket.answer(i, octets, length);
 *   }
 *   int lost = socket.send();
 * }
 * }</pre>
 *
 * <p>Bound to a wildcard address, an answer leaves from the address that was asked. Answers are
 * sent with DF set where the protocol knows it.
 *
 * <p><b>Confined to</b> one thread, that of {@link #receive}; what any thread may call says so.
 */
public final class BatchUdpSocket implements AutoCloseable {

  private final int fd;
  private final HostPort address;
  private final int receiveBufferOctets;
  private final int messageOctets;
  private final MessageBatch batch;

  /** Guards the file against being used by a late answer after it was closed; so does `closed`. */
  private final Object lock = new Object();

  private final LateAnswers late = new LateAnswers();
  private final Overflows overflows = new Overflows();
  private boolean closed;

  private BatchUdpSocket(SocketFile file, Builder wanted) {
    fd = file.fd();
    file.receiveTimeout(wanted.timeout);
    file.receiveBuffer(wanted.receiveBufferOctets);
    receiveBufferOctets = file.get(Libc.SOL_SOCKET, Libc.SO_RCVBUF, "SO_RCVBUF");
    address = file.localAddress();
    IpAddress local = address.address();
    boolean packetInfo = local.isUnspecified();
    if (local.isIpv4()) {
      file.set(Libc.IPPROTO_IP, Libc.IP_MTU_DISCOVER, Libc.PMTUDISC_PROBE, "IP_MTU_DISCOVER");
      file.set(Libc.IPPROTO_IP, Libc.IP_PKTINFO, packetInfo ? 1 : 0, "IP_PKTINFO");
    } else {
      file.set(Libc.IPPROTO_IPV6, Libc.IPV6_MTU_DISCOVER, Libc.PMTUDISC_PROBE, "IPV6_MTU_DISCOVER");
      boolean unused = file.tries(Libc.IPPROTO_IP, Libc.IP_MTU_DISCOVER, Libc.PMTUDISC_PROBE);
      // Tells the address of an IPv4 datagram too. With IP_PKTINFO besides, there would be two
      // control messages, and no answer may carry both.
      file.set(Libc.IPPROTO_IPV6, Libc.IPV6_RECVPKTINFO, packetInfo ? 1 : 0, "IPV6_RECVPKTINFO");
    }
    messageOctets = wanted.messageOctets;
    batch = new MessageBatch(wanted.batch, messageOctets, packetInfo);
  }

  /**
   * Why such sockets cannot be used here; empty when they can. Opens one and closes it again: a
   * kernel or a sandbox may refuse the calls.
   */
  public static Optional<String> unavailableBecause() {
    Optional<String> lack = Linux.unavailableBecause();
    if (lack.isPresent()) {
      return lack;
    }
    Builder trial = builder().batch(1).receiveBufferOctets(1 << 16).timeout(Duration.ofNanos(1000));
    try (BatchUdpSocket socket = trial.open(new HostPort(IpAddress.LOOPBACK_IPV4, 0))) {
      int unused = socket.receive();
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Where it is bound, with the real port. Any thread. */
  public HostPort localAddress() {
    return address;
  }

  /** Room for datagrams that wait, as the kernel counts it, which is twice what can be asked. */
  public int receiveBufferOctets() {
    return receiveBufferOctets;
  }

  /**
   * Datagrams that were lost since the socket was opened because {@link #receiveBufferOctets} were
   * full, modulo 2³²; 0 after it was closed. Any thread.
   */
  public long overflows() {
    synchronized (lock) {
      return closed ? 0 : overflows.read(fd);
    }
  }

  /** Octets of the longest datagram that is taken whole; the rest of a longer one is lost. */
  public int messageOctets() {
    return messageOctets;
  }

  /**
   * Waits for datagrams and takes all that are there, up to the size of a batch. Answers that were
   * not sent are forgotten.
   *
   * @return how many; 0 when none came in time, or after {@link #wake}
   * @throws KernelException when the kernel does not give any; waiting again is safe
   */
  public int receive() {
    int count = Libc.recvmmsg(fd, batch.toReceive(), batch.slots(), Libc.MSG_WAITFORONE, 0);
    if (count >= 0) {
      return batch.received(count);
    }
    Errno errno = new Errno(Libc.errno());
    if (errno.equals(Errno.EAGAIN) || errno.equals(Errno.EINTR)) {
      return 0;
    }
    throw new KernelException("receive on udp " + address, errno);
  }

  /** Octets of a datagram, as many as were taken. */
  public int length(int index) {
    return batch.length(index);
  }

  /**
   * Copies a datagram to the beginning of an array of {@link #messageOctets} or more.
   *
   * @return its length
   */
  public int copy(int index, byte[] target) {
    int length = batch.length(index);
    batch.copy(index, target, length);
    return length;
  }

  /** Upper 64 bits of the sender's address; 0 for an IPv4 one, which is given as IPv4-mapped. */
  public long senderHigh(int index) {
    return SocketAddress.high(batch.memory, batch.senderName(index));
  }

  /** Lower 64 bits of the sender's address. */
  public long senderLow(int index) {
    return SocketAddress.low(batch.memory, batch.senderName(index));
  }

  /** 0-65535. */
  public int senderPort(int index) {
    return SocketAddress.port(batch.memory, batch.senderName(index));
  }

  /**
   * Puts an answer in the place of a datagram, for the next {@link #send}; at most one for each.
   *
   * @throws IllegalArgumentException when it is longer than {@link #messageOctets}
   */
  public void answer(int index, byte[] octets, int length) {
    batch.answer(index, octets, length);
  }

  /** What {@link #send(ReturnAddress, byte[], int)} needs for answering a datagram later. */
  public ReturnAddress returnAddress(int index) {
    return batch.returnAddress(index);
  }

  /**
   * Sends the answers of this batch without waiting.
   *
   * @return how many the kernel did not take; the others have left
   */
  public int send() {
    int all = batch.answers();
    int done = 0;
    int refused = 0;
    while (done < all) {
      int flags = Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL;
      int sent = Libc.sendmmsg(fd, batch.toSend(done), all - done, flags);
      if (sent > 0) {
        done += sent;
      } else if (Libc.errno() == Errno.EAGAIN.number()) {
        return refused + all - done; // no room: clients ask again, and waiting helps nobody
      } else if (Libc.errno() != Errno.EINTR.number()) {
        done++; // the first one is bad; those behind it may be good
        refused++;
      }
    }
    return refused;
  }

  /**
   * Sends an answer to a datagram of an earlier batch without waiting. Any thread.
   *
   * @return false when the kernel did not take it, or the socket is closed
   */
  public boolean send(ReturnAddress to, byte[] octets, int length) {
    synchronized (lock) {
      return !closed && late.send(fd, to, octets, length);
    }
  }

  /**
   * Ends the waiting of {@link #receive}, now and for ever: from now on it gives what has come, and
   * 0 without waiting when there is nothing. Answers can still be sent. Any thread.
   */
  public void wake() {
    synchronized (lock) {
      if (!closed) {
        // Says that the socket is not connected, but does what is wanted all the same.
        int unused = Libc.shutdown(fd, Libc.SHUT_RD);
      }
    }
  }

  /** Closes the socket; idempotent. Any thread, as long as none is in {@link #receive}. */
  @Override
  public void close() {
    synchronized (lock) {
      if (!closed) {
        closed = true;
        int unused = Libc.close(fd);
      }
    }
  }

  /** What a socket shall be like; everything is optional. <b>Not thread-safe.</b> */
  public static final class Builder {

    /** Beyond that, a larger batch saves next to nothing. */
    public static final int DEFAULT_BATCH = 32;

    /** What comes while a thread pauses for a moment; with less, bursts are lost. */
    public static final int DEFAULT_RECEIVE_BUFFER_OCTETS = 4 << 20;

    /** Whole for every network whose links carry ordinary Ethernet frames, and more. */
    public static final int DEFAULT_MESSAGE_OCTETS = 4096;

    private static final int MAX_BATCH = 1024; // what the kernel takes at once

    private int batch = DEFAULT_BATCH;
    private int messageOctets = DEFAULT_MESSAGE_OCTETS;
    private int receiveBufferOctets = DEFAULT_RECEIVE_BUFFER_OCTETS;
    private Duration timeout = Duration.ofMillis(100);
    private boolean reusePort;
    private boolean dualStack;

    private Builder() {}

    /** Most datagrams that are taken at once, 1-1024. Default {@value #DEFAULT_BATCH}. */
    public Builder batch(int datagrams) {
      batch = datagrams;
      return this;
    }

    /**
     * Longest datagram that is taken whole, and longest answer, 1-65535. Default {@value
     * #DEFAULT_MESSAGE_OCTETS}. Memory is this times the size of a batch.
     */
    public Builder messageOctets(int octets) {
      messageOctets = octets;
      return this;
    }

    /**
     * Room for datagrams that wait. Default {@value #DEFAULT_RECEIVE_BUFFER_OCTETS}. Without
     * CAP_NET_ADMIN the kernel gives no more than {@code net.core.rmem_max}.
     */
    public Builder receiveBufferOctets(int octets) {
      receiveBufferOctets = octets;
      return this;
    }

    /** How long a receive waits, more than 0; microseconds count. Default 100 ms. */
    public Builder timeout(Duration wanted) {
      timeout = requireNonNull(wanted, "wanted");
      return this;
    }

    /**
     * Lets other sockets of the same user be bound to the same address and port; the kernel spreads
     * datagrams among those that were bound so. Default: false.
     */
    public Builder reusePort(boolean wanted) {
      reusePort = wanted;
      return this;
    }

    /** Bound to {@code ::}, it also takes what comes over IPv4. Default: false. */
    public Builder dualStack(boolean wanted) {
      dualStack = wanted;
      return this;
    }

    /**
     * Opens a socket.
     *
     * @param address port 0 takes a free one
     * @throws IllegalArgumentException that lists all options out of range
     * @throws KernelException with the address and the reason
     */
    public BatchUdpSocket open(HostPort address) {
      check();
      SocketFile file = SocketFile.open(address);
      boolean done = false;
      try {
        if (reusePort) {
          file.set(Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1, "SO_REUSEPORT");
        }
        if (address.address().isIpv6()) {
          file.set(Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, dualStack ? 0 : 1, "IPV6_V6ONLY");
        }
        file.bind(address);
        BatchUdpSocket socket = new BatchUdpSocket(file, this);
        done = true;
        return socket;
      } finally {
        if (!done) {
          file.close();
        }
      }
    }

    /**
     * Takes over a socket that is bound already, such as one that this process was started with.
     *
     * @param fd number of the open file; closed with this socket, left open when this fails
     * @throws KernelException when it is not a UDP socket
     */
    public BatchUdpSocket adopt(int fd) {
      check();
      return new BatchUdpSocket(SocketFile.of(fd), this);
    }

    private void check() {
      List<String> problems = new ArrayList<>();
      if (batch < 1 || batch > MAX_BATCH) {
        problems.add("batch: " + batch + " (expected: 1-" + MAX_BATCH + ")");
      }
      if (messageOctets < 1 || messageOctets > 65_535) {
        problems.add("messageOctets: " + messageOctets + " (expected: 1-65535)");
      }
      if (receiveBufferOctets < 1) {
        problems.add("receiveBufferOctets: " + receiveBufferOctets + " (expected: 1 or more)");
      }
      if (timeout.toNanos() < 1000) {
        problems.add("timeout: " + timeout + " (expected: 1 µs or more)"); // 0 waits for ever
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
    }
  }
}
