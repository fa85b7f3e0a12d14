// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.NftFamily;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * What a kernel holds, to try changes on that shall not be made. Only of links and their addresses
 * it is remembered what was changed, for what comes later in a pass depends on them; all else is
 * read from the kernel and accepted. <b>Not thread-safe.</b>
 */
final class KernelCopy implements Kernel {

  private static final int SET_LINK = 19;
  private static final int MTU = 4;
  private static final int FIXED = 16;

  private final Kernel real;
  private final List<Link> links;
  private final List<Address> addresses;
  private final Map<String, String> settings = new HashMap<>();
  private int nextIndex = -1;

  /** A copy of how it is now; closed apart from it. */
  KernelCopy(Kernel real) {
    this.real = real;
    this.links = new ArrayList<>(real.links());
    this.addresses = new ArrayList<>(real.addresses());
  }

  @Override
  public List<Link> links() {
    return List.copyOf(links);
  }

  @Override
  public List<Address> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public List<Route> routes(AddressFamily family, int table) {
    return real.routes(family, table).stream().filter(route -> isThere(route.link())).toList();
  }

  @Override
  public List<Rule> rules(AddressFamily family) {
    return real.rules(family);
  }

  @Override
  public List<Neighbour> neighbours(AddressFamily family) {
    return real.neighbours(family).stream().filter(neighbour -> isThere(neighbour.link())).toList();
  }

  @Override
  public List<ForwardingEntry> forwarding(int link) {
    return link < 0 ? List.of() : real.forwarding(link);
  }

  @Override
  public List<NextHop> nextHops() {
    return real.nextHops().stream().filter(hop -> isThere(hop.link())).toList();
  }

  private boolean isThere(int link) {
    return link == 0 || links.stream().anyMatch(known -> known.index() == link);
  }

  @Override
  public List<Refusal> changeAll(List<Request> requests) {
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      Optional<Errno> errno = change(request.message(i));
      if (errno.isPresent()) {
        refused.add(new Refusal(i, request, errno.get(), Optional.empty(), OptionalInt.empty()));
      }
    }
    return refused;
  }

  private Optional<Errno> change(Message message) {
    switch (message.type()) {
      case Links.NEW -> {
        Link made = Links.read(message);
        if (links.stream().anyMatch(link -> link.name().equals(made.name()))) {
          return Optional.of(Errno.EEXIST);
        }
        links.add(with(made, nextIndex--, made.flags(), made.mtu(), ""));
      }
      case Links.DELETED -> {
        int index = message.fixed(FIXED).getInt(4);
        links.removeIf(link -> link.index() == index);
        addresses.removeIf(address -> address.link() == index);
      }
      case SET_LINK -> set(message);
      case Addresses.NEW -> addresses.add(Addresses.read(message));
      case Addresses.DELETED -> addresses.removeIf(Addresses.read(message)::isSameAs);
      default -> {}
    }
    return Optional.empty();
  }

  private void set(Message message) {
    ByteBuffer fixed = message.fixed(FIXED);
    Attributes attributes = message.attributes(FIXED);
    links.replaceAll(
        link -> {
          if (link.index() != fixed.getInt(4)) {
            return link;
          }
          int flags = (link.flags() & ~fixed.getInt(12)) | (fixed.getInt(8) & fixed.getInt(12));
          // What is written on it does not matter to what comes next.
          return with(link, link.index(), flags, attributes.u32(MTU, link.mtu()), link.alias());
        });
  }

  private static Link with(Link link, int index, int flags, int mtu, String alias) {
    return new Link(index, link.name(), link.kind(), flags, mtu, link.mac(), link.master(), alias);
  }

  @Override
  public Optional<String> setting(String name) {
    Optional<String> set = Optional.ofNullable(settings.get(name));
    // Settings of a link come with it.
    return set.or(() -> real.setting(name)).or(() -> Optional.of(""));
  }

  @Override
  public void set(String name, String value) {
    settings.put(name, value);
  }

  @Override
  public Filters filters() {
    return new Filters() {
      @Override
      public Optional<String> unavailableBecause() {
        return real.filters().unavailableBecause();
      }

      @Override
      public Optional<String> table(NftFamily family) {
        return real.filters().table(family);
      }

      @Override
      public List<ForwardChain> forwardChains(BiConsumer<String, String> unread) {
        return real.filters().forwardChains(unread);
      }

      @Override
      public void run(String commands) {} // and nothing later depends on them
    };
  }

  /** Leaves the kernel open. */
  @Override
  public void close() {}
}
