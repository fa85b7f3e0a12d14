// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.ipvs;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.generic.GenericFamily;
import io.dcosnet.linux.generic.GenericSocket;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and changes the virtual services of one network namespace.
 *
 * <pre>{@code
 * try (IpvsSocket ipvs = IpvsSocket.open().orElseThrow()) {
 *   List<Refusal> refused = ipvs.changeAll(List.of(
 *       ipvs.messages().add(IpvsService.of(web, "wlc")),
 *       ipvs.messages().add(web, IpvsDestination.of(backend, 1))));
 * }
 * }</pre>
 *
 * <p><b>Threading</b> and errors as with {@link io.dcosnet.linux.netlink.NetlinkSocket}.
 */
public final class IpvsSocket implements AutoCloseable {

  private static final String NAME = "IPVS";

  private final GenericSocket socket;
  private final IpvsMessages messages;

  /**
   * A destination as it is.
   *
   * @param active connections that are open, as the kernel sees it; TCP only
   * @param inactive connections that are ending, and all that is not TCP
   * @param traffic what it has carried
   */
  public record Destination(
      IpvsDestination destination, int active, int inactive, IpvsTraffic traffic) {}

  private IpvsSocket(GenericSocket socket, GenericFamily family) {
    this.socket = socket;
    this.messages = new IpvsMessages(family);
  }

  /** Opens one for the namespace of this thread; empty when this kernel has not loaded IPVS. */
  public static Optional<IpvsSocket> open() {
    GenericSocket opened = GenericSocket.open();
    try {
      Optional<GenericFamily> family = opened.family(NAME);
      if (family.isPresent()) {
        return Optional.of(new IpvsSocket(opened, family.get()));
      }
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    opened.close();
    return Optional.empty();
  }

  /** What can be asked for. */
  public IpvsMessages messages() {
    return messages;
  }

  /** All services, but for those that go by a mark on packets. */
  public List<IpvsService> services() {
    List<IpvsService> all = new ArrayList<>();
    for (Message message : socket.dump(messages.list())) {
      IpvsMessages.readService(message).ifPresent(all::add);
    }
    return all;
  }

  /** All destinations of a service; none when it is not there. */
  public List<Destination> destinations(IpvsService.Key key) {
    try {
      boolean ipv4 = key.endpoint().address().isIpv4();
      return socket.dump(messages.list(key)).stream().map(told -> read(told, ipv4)).toList();
    } catch (KernelException e) {
      if (isAbsence(e)) {
        return List.of();
      }
      throw e;
    }
  }

  private static Destination read(Message told, boolean ipv4) {
    return new Destination(
        IpvsMessages.readDestination(told, ipv4),
        IpvsMessages.readActive(told),
        IpvsMessages.readInactive(told),
        IpvsMessages.readDestinationTraffic(told));
  }

  /** What a service has carried; empty when it is not there. */
  public Optional<IpvsTraffic> traffic(IpvsService.Key key) {
    try {
      return socket.request(messages.get(key)).stream()
          .findFirst()
          .map(IpvsMessages::readServiceTraffic);
    } catch (KernelException e) {
      if (isAbsence(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isAbsence(KernelException refused) {
    return refused.errno().equals(Errno.ESRCH) || refused.errno().equals(Errno.ENOENT);
  }

  /**
   * Changes many things, each by itself, in order.
   *
   * @return those that were refused; the others are done
   */
  public List<Refusal> changeAll(List<Request> requests) {
    return socket.requestAll(requests);
  }

  /** Closes the socket; idempotent. Any thread. */
  @Override
  public void close() {
    socket.close();
  }
}
