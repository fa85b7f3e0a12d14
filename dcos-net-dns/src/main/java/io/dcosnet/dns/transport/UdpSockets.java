// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which transport the listeners of one server speak UDP. That is decided once, when the first of
 * them opens, since it needs a look at the machine.
 *
 * <p><b>Thread-safe.</b>
 */
public final class UdpSockets {

  /** Stands for a number of workers that fits the machine. */
  public static final int WORKERS_THAT_FIT = 0;

  /** More sockets than any machine has processors. */
  public static final int MAX_WORKERS = 1024;

  /** One worker answers more than most networks bring; each costs a thread and a few MiB. */
  private static final int MOST_WORKERS_THAT_FIT = 4;

  private static final Logger LOGGER = LoggerFactory.getLogger(UdpSockets.class);

  private final UdpTransport wanted;
  private final int workers;
  private final Supplier<Optional<String>> nativeLack;
  private final AtomicInteger threads = new AtomicInteger();
  private @Nullable Choice choice;

  private record Choice(boolean isNative, String shown) {}

  /**
   * Sockets for some listeners.
   *
   * @param workers sockets for each address, each with a thread or event loop; {@link
   *     #WORKERS_THAT_FIT}, or 1 and more
   * @param addresses of all listeners
   */
  public UdpSockets(UdpTransport wanted, int workers, List<HostPort> addresses) {
    this(wanted, workers, addresses, UdpSockets::nativeUnavailableBecause);
  }

  /** With a word on whether this machine has native sockets, which is asked for when it matters. */
  UdpSockets(
      UdpTransport wanted,
      int workers,
      List<HostPort> addresses,
      Supplier<Optional<String>> nativeLack) {
    this.wanted = requireNonNull(wanted, "wanted");
    this.nativeLack = nativeLack;
    this.workers = workers == WORKERS_THAT_FIT ? fitting(addresses) : workers;
  }

  private static int fitting(List<HostPort> addresses) {
    // Several sockets share their port with whoever binds as they do. Where the system chooses the
    // port it may choose the same for a client of this user, which then hears its own queries.
    if (addresses.stream().anyMatch(address -> address.port() == 0)) {
      return 1;
    }
    int share = Runtime.getRuntime().availableProcessors() / Math.max(1, addresses.size());
    return Math.max(1, Math.min(MOST_WORKERS_THAT_FIT, share));
  }

  /**
   * The UDP half of one listener.
   *
   * @throws DcosNetException when native sockets are wanted and there are none
   */
  UdpListener listener(UdpParts parts) {
    return choice(parts).isNative()
        ? new NativeUdp(parts, workers, threads)
        : new NettyUdp(parts, workers);
  }

  private synchronized Choice choice(UdpParts parts) {
    if (choice == null) {
      choice = choose(parts);
      LOGGER.info("dns over udp transport=\"{}\" workers={}", choice.shown(), workers);
    }
    return choice;
  }

  private Choice choose(UdpParts parts) {
    Optional<String> lack =
        wanted == UdpTransport.NETTY ? Optional.of("not wanted") : nativeLack.get();
    if (lack.isEmpty()) {
      return new Choice(true, "native");
    }
    if (wanted == UdpTransport.NATIVE) {
      throw new DcosNetException(
          "udp transport NATIVE: " + lack.get() + " (choose AUTO or NETTY to do without)");
    }
    return new Choice(false, "netty " + parts.net().transport() + " (native: " + lack.get() + ")");
  }

  /** Why this machine has no {@link UdpTransport#NATIVE}; empty when it has. */
  public static Optional<String> nativeUnavailableBecause() {
    try {
      return NativeUdp.unavailableBecause();
    } catch (NoClassDefFoundError e) {
      return Optional.of("the artifact dcos-net-linux is not there: " + e.getMessage());
    }
  }

  /** Sockets for each address. */
  int workers() {
    return workers;
  }

  /** What was chosen and why, for a person. */
  @Override
  public synchronized String toString() {
    return choice == null
        ? "not chosen yet"
        : choice.shown() + ", " + workers + (workers == 1 ? " worker" : " workers") + " an address";
  }
}
