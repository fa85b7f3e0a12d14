// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hears what changes in the kernel, by whomever. It listens to the network namespace in which the
 * thread was that opened it.
 *
 * <pre>{@code
 * try (NetlinkMonitor monitor = NetlinkMonitor.open(NetlinkProtocol.ROUTE, 1)) {
 *   while (monitor.await(Duration.ofSeconds(1), listener)) {}
 * }
 * }</pre>
 *
 * <p><b>Not guaranteed</b> is that every change is told: when changes come faster than they are
 * taken, some are lost, and the listener is told so. It then asks for all that there is.
 *
 * <p><b>Confined to</b> one thread, which also calls the listener. {@link #close} may be called by
 * any thread at any time, and ends the waiting.
 */
public final class NetlinkMonitor implements AutoCloseable {

  /** What changes while one pass over ten thousand objects takes its time. */
  public static final int DEFAULT_BUFFER_OCTETS = 8 << 20;

  /** Is told of changes by the thread that waits for them. */
  public interface Listener {

    /**
     * Something changed.
     *
     * @throws DecodeException when the message cannot be read; it then counts as {@link #lost}
     */
    void changed(Message message);

    /** Some changes were not told, so that all must be looked at. */
    void lost();
  }

  private final NetlinkFile file;
  private final AtomicLong losses = new AtomicLong();

  private NetlinkMonitor(NetlinkFile file) {
    this.file = file;
  }

  /**
   * Begins to hear what these groups tell.
   *
   * @param groups numbers from 1 as the kernel's headers have them, not bits
   */
  public static NetlinkMonitor open(NetlinkProtocol protocol, int... groups) {
    return open(protocol, DEFAULT_BUFFER_OCTETS, groups);
  }

  /**
   * As the other one.
   *
   * @param bufferOctets room for changes that wait to be taken
   */
  public static NetlinkMonitor open(NetlinkProtocol protocol, int bufferOctets, int[] groups) {
    NetlinkFile file = NetlinkFile.open(protocol);
    boolean done = false;
    try {
      file.receiveBuffer(bufferOctets);
      for (int group : groups) {
        file.join(group);
      }
      done = true;
      return new NetlinkMonitor(file);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /**
   * Waits for changes and tells the listener of those that have come.
   *
   * @return false when this was closed, and nothing will come any more
   * @throws KernelException when the kernel does not give any; waiting again is safe
   */
  public boolean await(Duration timeout, Listener listener) {
    requireNonNull(listener, "listener");
    file.lock().lock();
    try {
      for (Message message : take(timeout, listener)) {
        tell(message, listener);
      }
      return !file.isClosed();
    } finally {
      file.lock().unlock();
    }
  }

  /** One that a newer kernel writes otherwise must not end the hearing of all others. */
  private void tell(Message message, Listener listener) {
    try {
      listener.changed(message);
    } catch (DecodeException e) {
      lost(listener);
    }
  }

  private List<Message> take(Duration timeout, Listener listener) {
    try {
      List<Message> messages = file.receive(timeout);
      return messages == null ? List.of() : messages;
    } catch (DecodeException e) {
      lost(listener); // what it said is not known either
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.ENOBUFS)) {
        throw e;
      }
      lost(listener);
    }
    return List.of();
  }

  private void lost(Listener listener) {
    losses.incrementAndGet();
    listener.lost();
  }

  /** How often changes were lost, or could not be read, since this was opened. Any thread. */
  public long losses() {
    return losses.get();
  }

  /** Stops hearing; idempotent. Any thread. */
  @Override
  public void close() {
    file.close();
  }
}
