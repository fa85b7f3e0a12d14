// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The kernel itself, for the network namespace of the thread that opens and uses it. <b>Confined
 * to</b> that thread.
 */
final class NetlinkKernel implements Kernel {

  private static final Path SETTINGS = Path.of("/proc/sys");

  private final RouteSocket socket = RouteSocket.open();
  private final NftFilters filters = new NftFilters();

  @Override
  public List<Link> links() {
    return socket.links();
  }

  @Override
  public List<Address> addresses() {
    return socket.addresses();
  }

  @Override
  public List<Route> routes(AddressFamily family, int table) {
    return socket.routes(family, table);
  }

  @Override
  public List<Rule> rules(AddressFamily family) {
    return socket.rules(family);
  }

  @Override
  public List<Neighbour> neighbours(AddressFamily family) {
    return socket.neighbours(family);
  }

  @Override
  public List<ForwardingEntry> forwarding(int link) {
    return socket.forwarding(link);
  }

  @Override
  public List<NextHop> nextHops() {
    return socket.nextHops();
  }

  @Override
  public List<Refusal> changeAll(List<Request> requests) {
    return socket.changeAll(requests);
  }

  @Override
  public Optional<String> setting(String name) {
    try {
      return Optional.of(Files.readString(SETTINGS.resolve(name), UTF_8).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new KernelException("read " + name + ": " + e.getMessage(), Errno.EACCES);
    }
  }

  @Override
  public void set(String name, String value) {
    try {
      Files.writeString(SETTINGS.resolve(name), value, UTF_8);
    } catch (IOException e) {
      throw new KernelException("set " + name + " to " + value + ": " + e, Errno.EACCES);
    }
  }

  /** By which monitors know what was changed from here; 0 before anything was asked. */
  int port() {
    return socket.port();
  }

  @Override
  public Filters filters() {
    return filters;
  }

  @Override
  public void close() {
    filters.close();
    socket.close();
  }
}
