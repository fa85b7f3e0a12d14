// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.device;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.RouteSocket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps addresses that are this node's alone on a device that leads nowhere: a dummy, where the
 * kernel has none a bridge without ports, and where it has neither {@code lo}.
 *
 * <p>What is ours is told by a tag on the device and the protocol number of the addresses, so that
 * it is found again after a crash. A device of that name that somebody else made is used as it is
 * and stays; so do addresses of others. (Before Linux 5.18 addresses have no protocol number: then
 * those that are wanted count as ours.)
 *
 * <pre>{@code
 * try (NodeDevice spartan = NodeDevice.open("spartan", addresses)) {
 *   NodeAddresses now = spartan.ensure();
 * }
 * }</pre>
 *
 * <p><b>Threading.</b> One thread at a time. It speaks to the network namespace in which the thread
 * was that opened it; calls block until the kernel has answered. Closing leaves all in place.
 */
public final class NodeDevice implements AutoCloseable {

  /** By which addresses of ours are known. */
  public static final int PROTOCOL = 203;

  /** On a device that we made, whatever its name. */
  private static final String TAG = "dcos-net node";

  private static final String LOOPBACK = "lo";

  private final String name;
  private final List<IpAddress> wanted;
  private final RouteSocket socket;

  private NodeDevice(String name, List<IpAddress> wanted, RouteSocket socket) {
    this.name = name;
    this.wanted = wanted;
    this.socket = socket;
  }

  /**
   * Opens it in the namespace of this thread; nothing is changed yet.
   *
   * @param name of the device, at most 15 letters
   * @param addresses that this node is to have
   * @throws KernelException when the kernel cannot be spoken to
   */
  public static NodeDevice open(String name, List<IpAddress> addresses) {
    List<IpAddress> wanted = List.copyOf(addresses);
    NewLink unused = NewLink.of(requireNonNull(name, "name"), new LinkKind.Dummy());
    return new NodeDevice(name, wanted, RouteSocket.open());
  }

  /** Why this process cannot give the node addresses; empty when it can. Changes nothing. */
  public static Optional<String> unavailableBecause() {
    Optional<String> lack = Linux.unavailableBecause();
    if (lack.isPresent()) {
      return lack;
    }
    try (RouteSocket socket = RouteSocket.open()) {
      // Who has no right to is told so before the kernel looks whether there is such a link.
      Address nobodys = Address.of(0, IpAddress.parse("192.0.2.0"), 32);
      boolean unused = socket.delete(Addresses.delete(nobodys));
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.of(e.getMessage() + "; root or CAP_NET_ADMIN is needed");
    }
  }

  /** What monitors join to hear of all that {@link #concerns} it. */
  public static NetlinkMonitor monitor() {
    return NetlinkMonitor.open(
        NetlinkProtocol.ROUTE, Links.GROUP, Addresses.GROUP_IPV4, Addresses.GROUP_IPV6);
  }

  /**
   * Whether a change may have taken something of ours. Any thread.
   *
   * @param message of {@link #monitor}
   */
  public boolean concerns(Message message) {
    return switch (message.type()) {
      case Addresses.DELETED ->
          Addresses.isReadable(message) && wanted.contains(Addresses.read(message).address());
      case Links.DELETED -> Links.read(message).name().equals(name);
      case Links.NEW -> {
        Link link = Links.read(message);
        yield link.name().equals(name) && !link.isUp();
      }
      default -> false;
    };
  }

  /**
   * Makes it so that this node has the addresses, whatever is there; what is new comes before what
   * is old goes.
   *
   * @throws KernelException when there can be no device, mostly for lack of rights; nothing is
   *     changed then
   */
  public NodeAddresses ensure() {
    List<String> changes = new ArrayList<>();
    Link device = device(changes);
    Map<IpAddress, String> refused = new HashMap<>();
    List<Address> before = socket.addresses();
    List<IpAddress> there = add(device, before, changes, refused);
    for (Address address : ours(before)) {
      boolean stays = address.link() == device.index() && wanted.contains(address.address());
      if (!stays && socket.delete(Addresses.delete(address))) {
        changes.add("ip address del " + words(address));
      }
    }
    return new NodeAddresses(device.name(), kind(device), there, changes, refused);
  }

  private Link device(List<String> changes) {
    Optional<Link> known = socket.link(name);
    Link device = known.orElseGet(() -> make(changes));
    if (known.isPresent() && isHalfMade(device)) {
      tag(device);
    }
    if (!device.isUp()) {
      socket.change(Links.setUp(device.index(), true));
      changes.add("ip link set " + device.name() + " up");
    }
    return device;
  }

  private Link make(List<String> changes) {
    for (LinkKind kind : List.of(new LinkKind.Dummy(), new LinkKind.Bridge())) {
      try {
        Link made = socket.add(NewLink.of(name, kind));
        tag(made); // before it is of use, so that a crash leaves nothing that looks like another's
        changes.add("ip link add " + name + " type " + kind.name());
        return made;
      } catch (KernelException e) {
        if (!e.errno().equals(Errno.EOPNOTSUPP)) { // which means that it has no such kind
          throw e;
        }
      }
    }
    return socket
        .link(LOOPBACK)
        .orElseThrow(() -> new KernelException("find device " + LOOPBACK, Errno.ENODEV));
  }

  private void tag(Link made) {
    socket.change(Links.setAlias(made.index(), TAG));
  }

  /** One that we made and did not get to tag: nobody has done anything with it yet. */
  private boolean isHalfMade(Link link) {
    return !link.isUp()
        && link.alias().isEmpty()
        && (link.kind() instanceof LinkKind.Dummy || link.kind() instanceof LinkKind.Bridge)
        && socket.addresses().stream().noneMatch(address -> address.link() == link.index());
  }

  private List<IpAddress> add(
      Link device, List<Address> before, List<String> changes, Map<IpAddress, String> refused) {
    List<IpAddress> there = new ArrayList<>();
    List<Address> missing = new ArrayList<>();
    for (IpAddress address : wanted) {
      Address full =
          Address.of(device.index(), address, address.bitLength()).withProtocol(PROTOCOL);
      if (before.stream().anyMatch(full::isSameAs)) {
        there.add(address);
      } else {
        missing.add(full);
      }
    }
    List<Refusal> refusals = socket.changeAll(missing.stream().map(Addresses::add).toList());
    refusals.forEach(
        refusal -> refused.put(missing.get(refusal.index()).address(), String.valueOf(refusal)));
    for (Address address : missing) {
      if (!refused.containsKey(address.address())) {
        there.add(address.address());
        changes.add("ip address add " + words(address));
      }
    }
    there.sort(Comparator.comparing(wanted::indexOf));
    return there;
  }

  private List<Address> ours(List<Address> all) {
    // Since the kernel tells of protocols, those that it adds by itself have one.
    boolean told = all.stream().anyMatch(address -> address.protocol() != 0);
    Set<Integer> places =
        socket.links().stream()
            .filter(link -> link.name().equals(name) || link.name().equals(LOOPBACK))
            .map(Link::index)
            .collect(Collectors.toUnmodifiableSet());
    return all.stream()
        .filter(
            address ->
                told
                    ? address.protocol() == PROTOCOL
                    : places.contains(address.link()) && wanted.contains(address.address()))
        .toList();
  }

  /** What there is of ours, whatever its name: devices and addresses, a line each. */
  public List<String> list() {
    List<String> lines = new ArrayList<>();
    socket.links().stream()
        .filter(this::isTagged)
        .forEach(link -> lines.add("ip link " + words(link)));
    ours(socket.addresses()).forEach(address -> lines.add("ip address " + words(address)));
    return lines;
  }

  /**
   * Removes all of ours, whatever its name: addresses, and devices if it was us who made them.
   *
   * @return what was removed, a line each; empty when there was nothing
   */
  public List<String> remove() {
    List<String> lines = new ArrayList<>();
    for (Address address : ours(socket.addresses())) {
      String words = words(address);
      if (socket.delete(Addresses.delete(address))) {
        lines.add("ip address " + words);
      }
    }
    for (Link link : socket.links()) {
      boolean ours = isTagged(link) || (link.name().equals(name) && isHalfMade(link));
      if (ours && socket.delete(Links.delete(link.index()))) {
        lines.add("ip link " + words(link));
      }
    }
    return lines;
  }

  private boolean isTagged(Link link) {
    return link.alias().equals(TAG);
  }

  private static String words(Link link) {
    return link.name() + " type " + kind(link);
  }

  private String words(Address address) {
    String device =
        socket.links().stream()
            .filter(link -> link.index() == address.link())
            .map(Link::name)
            .findFirst()
            .orElse("?");
    return address.address() + "/" + address.prefixLength() + " dev " + device;
  }

  private static String kind(Link link) {
    return (link.flags() & Link.LOOPBACK) != 0 ? "loopback" : link.kind().name();
  }

  /** Closes the socket; all stays in place. Idempotent. */
  @Override
  public void close() {
    socket.close();
  }
}
