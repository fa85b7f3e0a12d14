// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads and changes links, addresses, routes, next hops, rules, neighbours and forwarding entries
 * of one network namespace.
 *
 * <pre>{@code
 * try (RouteSocket routes = RouteSocket.open()) {
 *   Link spartan = routes.add(NewLink.of("spartan", new LinkKind.Dummy()).thatIsUp());
 *   routes.change(Addresses.add(Address.of(spartan.index(), address, 32)));
 * }
 * }</pre>
 *
 * <p>What is read stands for one moment; {@link io.dcosnet.linux.netlink.NetlinkMonitor} tells what
 * changes after it.
 *
 * <p><b>Threading</b> and errors as with {@link NetlinkSocket}.
 */
public final class RouteSocket implements AutoCloseable {

  private final NetlinkSocket socket;

  private RouteSocket(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens one for the namespace of this thread. */
  public static RouteSocket open() {
    return new RouteSocket(NetlinkSocket.open(NetlinkProtocol.ROUTE));
  }

  public List<Link> links() {
    return read(Links.list(), message -> message.type() == Links.NEW, Links::read);
  }

  /** The link of a name, if there is one. */
  public Optional<Link> link(String name) {
    NewLink.checkName(name);
    try {
      return socket.request(Links.get(name)).stream().findFirst().map(Links::read);
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Makes a link.
   *
   * @return as it is then
   */
  public Link add(NewLink wanted) {
    change(Links.add(wanted));
    return link(wanted.name())
        .orElseThrow(() -> new KernelException("find " + wanted + " just added", Errno.ENODEV));
  }

  /** Those of all links. */
  public List<Address> addresses() {
    return read(Addresses.list(), Addresses::isReadable, Addresses::read);
  }

  /** Those in one table; none when there is no such table. */
  public List<Route> routes(AddressFamily family, int table) {
    try {
      List<Route> read = read(Routes.list(family, table), Routes::isReadable, Routes::read);
      // Kernels before 4.20 list all tables, whatever was asked.
      return read.stream().filter(r -> r.table() == table && r.family() == family).toList();
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return List.of();
      }
      throw e;
    }
  }

  /** Those that look into a table. */
  public List<Rule> rules(AddressFamily family) {
    return read(Rules.list(family), Rules::isReadable, Rules::read);
  }

  /** Those of all links. */
  public List<Neighbour> neighbours(AddressFamily family) {
    return read(Neighbours.list(family), Neighbours::isReadable, Neighbours::read);
  }

  /** Those of one link itself. */
  public List<ForwardingEntry> forwarding(int link) {
    return read(
            ForwardingEntries.list(link), ForwardingEntries::isReadable, ForwardingEntries::read)
        .stream()
        .filter(entry -> entry.link() == link && entry.isOfLink())
        .toList();
  }

  /**
   * Those of the namespace.
   *
   * @throws KernelException with EOPNOTSUPP where the kernel does not have any
   */
  public List<NextHop> nextHops() {
    return read(NextHops.list(), message -> message.type() == NextHops.NEW, NextHops::read);
  }

  private <T> List<T> read(
      Request request, Predicate<Message> readable, Function<Message, T> reading) {
    List<T> all = new ArrayList<>();
    for (Message message : socket.dump(request)) {
      if (readable.test(message)) {
        all.add(reading.apply(message));
      }
    }
    return all;
  }

  /** Changes one thing. */
  public void change(Request request) {
    List<Message> unused = socket.request(request);
  }

  /** Deletes one thing; false when it was not there. */
  public boolean delete(Request request) {
    List<Refusal> refused = socket.requestAll(List.of(request));
    for (Refusal refusal : refused) {
      if (!refusal.isAbsence()) {
        throw refusal.toException();
      }
    }
    return refused.isEmpty();
  }

  /**
   * Changes many things, each by itself, in order.
   *
   * @return those that were refused; the others are done
   */
  public List<Refusal> changeAll(List<Request> requests) {
    return socket.requestAll(requests);
  }

  /** As {@link NetlinkSocket#port}. */
  public int port() {
    return socket.port();
  }

  /** Closes the socket; idempotent. Any thread. */
  @Override
  public void close() {
    socket.close();
  }
}
