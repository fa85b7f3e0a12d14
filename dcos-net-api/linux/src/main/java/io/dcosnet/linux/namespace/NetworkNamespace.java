// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.namespace;

import static java.util.Objects.requireNonNull;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Another network namespace, with a thread that lives in it. Sockets that are opened by that thread
 * belong to the namespace for good and may be used by any thread, so few tasks are needed:
 *
 * <pre>{@code
 * try (NetworkNamespace container = NetworkNamespace.ofProcess(pid)) {
 *   NetlinkSocket socket = container.call(() -> NetlinkSocket.open(NetlinkProtocol.ROUTE));
 * }
 * }</pre>
 *
 * <p>What is to be known of that thread: threads and processes that it starts are in the namespace
 * too, so nothing may be called there that starts some by the way. {@code new Socket()} and {@code
 * new ServerSocket()} make the socket only when they are connected or bound, which therefore must
 * be done there. {@code NetworkInterface} mixes up both namespaces. {@code /proc/self/net} shows
 * that of the process; {@code /proc/thread-self/net} and {@code /proc/sys/net} show this one.
 *
 * <p><b>Thread-safe.</b> The thread {@code dcosnet-netns-…} never returns to the namespace of the
 * process: it ends when this is closed.
 */
public final class NetworkNamespace implements AutoCloseable {

  /** Something to be done within a namespace. */
  @FunctionalInterface
  public interface Task<T, E extends Exception> {
    /** Does it, on the namespace's own thread; returns something. */
    T run() throws E;
  }

  private static final String OWN = "/proc/thread-self/ns/net";

  private final NamespaceThread thread;
  private final int fd;
  private final String shown;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NetworkNamespace(NamespaceThread thread, int fd, String shown) {
    this.thread = thread;
    this.fd = fd;
    this.shown = shown;
  }

  /**
   * Opens one that is there.
   *
   * @param file such as {@code /run/netns/blue}
   * @throws KernelException when the file cannot be opened or entered
   */
  public static NetworkNamespace open(Path file) {
    String shown = file.toString();
    int fd = open(shown);
    return start(shown, fd, () -> enter(fd, shown));
  }

  /** Opens that of a process, such as the first one of a container. */
  public static NetworkNamespace ofProcess(long pid) {
    return open(Path.of("/proc", Long.toString(pid), "ns", "net"));
  }

  /** Makes one without a name; it goes when this is closed and nothing is left in it. */
  public static NetworkNamespace create() {
    return make("new network namespace", () -> {});
  }

  /**
   * Makes one with a name, which stays until it is {@link #delete deleted}.
   *
   * @param name as {@code ip netns} shows it
   * @throws KernelException with EEXIST when there is one of that name
   */
  public static NetworkNamespace create(String name) {
    NamespaceFile file = NamespaceFile.create(name);
    boolean done = false;
    try {
      NetworkNamespace made = make("network namespace " + name, () -> file.hold(OWN));
      done = true;
      return made;
    } finally {
      if (!done) {
        file.delete();
      }
    }
  }

  /**
   * Takes the name away; the namespace goes when nothing is left in it.
   *
   * @return false when there is none of that name
   */
  public static boolean delete(String name) {
    return NamespaceFile.of(name).delete();
  }

  private static NetworkNamespace make(String shown, Runnable then) {
    NamespaceThread thread = NamespaceThread.start(shown);
    boolean done = false;
    try {
      int fd =
          thread.call(
              () -> {
                if (Libc.unshare(Libc.CLONE_NEWNET) != 0) {
                  throw new KernelException("make a " + shown, new Errno(Libc.errno()));
                }
                then.run();
                return open(OWN);
              });
      done = true;
      return new NetworkNamespace(thread, fd, shown);
    } finally {
      if (!done) {
        thread.end();
      }
    }
  }

  private static NetworkNamespace start(String shown, int fd, Runnable first) {
    NamespaceThread thread = NamespaceThread.start(shown);
    boolean done = false;
    try {
      Task<Boolean, RuntimeException> entering =
          () -> {
            first.run();
            return true;
          };
      done = thread.call(entering);
      return new NetworkNamespace(thread, fd, shown);
    } finally {
      if (!done) {
        thread.end();
        int unused = Libc.close(fd);
      }
    }
  }

  private static int open(String file) {
    int fd = Libc.open(file, Libc.O_RDONLY | Libc.O_CLOEXEC);
    if (fd < 0) {
      throw new KernelException("open network namespace " + file, new Errno(Libc.errno()));
    }
    return fd;
  }

  private static void enter(int fd, String shown) {
    if (Libc.setns(fd, Libc.CLONE_NEWNET) != 0) {
      throw new KernelException("enter network namespace " + shown, new Errno(Libc.errno()));
    }
  }

  /**
   * Runs a task in the namespace and waits for it, also when interrupted. What the task throws is
   * thrown here.
   *
   * @throws IllegalStateException when this was closed
   */
  public <T, E extends Exception> T call(Task<T, E> task) throws E {
    return thread.call(requireNonNull(task, "task"));
  }

  /** The open file that stands for it, as netlink messages name it; valid until this is closed. */
  public int fd() {
    return fd;
  }

  /** Ends the thread after the tasks that wait; idempotent. Sockets made there stay open. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      thread.end();
      int unused = Libc.close(fd);
    }
  }

  @Override
  public String toString() {
    return shown;
  }
}
