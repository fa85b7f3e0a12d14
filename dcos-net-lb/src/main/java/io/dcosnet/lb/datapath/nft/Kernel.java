// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.nft.Difference.Change;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.NftElement;
import io.dcosnet.linux.nft.NftElements;
import io.dcosnet.linux.nft.NftGeneration;
import io.dcosnet.linux.nft.NftSocket;
import io.dcosnet.linux.nft.Nftables;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.RouteSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open sockets of this path, in the network namespace of the thread that made it: reads and
 * writes contents and rules of the table. <b>Confined to</b> one thread.
 */
final class Kernel implements AutoCloseable {

  private final NftSocket nft;
  private final Nftables text;
  private final Conntrack conntrack;
  private final RouteSocket routes;

  private Kernel(NftSocket nft, Nftables text, Conntrack conntrack, RouteSocket routes) {
    this.nft = nft;
    this.text = text;
    this.conntrack = conntrack;
    this.routes = routes;
  }

  static Kernel open() {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      Nftables text = keep(opened, Nftables.open());
      NftSocket nft = keep(opened, NftSocket.open());
      Conntrack conntrack = keep(opened, Conntrack.open());
      return new Kernel(nft, text, conntrack, RouteSocket.open());
    } catch (RuntimeException e) {
      opened.forEach(Kernel::close);
      throw e;
    }
  }

  private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> opened, T one) {
    opened.push(one);
    return one;
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException("sockets of the kernel close without a word", e);
    }
  }

  /** Those that links of this node have. */
  Set<IpAddress> ownAddresses() {
    return routes.addresses().stream().map(Address::address).collect(toUnmodifiableSet());
  }

  FlowCuts flowCuts() {
    return new FlowCuts(FlowTable.of(conntrack));
  }

  NftGeneration generation() {
    return nft.generation();
  }

  Structure structure() {
    return Structure.read(nft);
  }

  void run(String commands) {
    String unused = text.run(commands);
  }

  /** All elements of the table, which must be there. */
  Contents contents() {
    return contents(nft);
  }

  /** As the other one, by any socket. */
  static Contents contents(NftSocket nft) {
    Contents contents = new Contents();
    for (Part part : Part.values()) {
      for (NftElement element : nft.elements(part.set())) {
        contents.put(part, element);
      }
    }
    return contents;
  }

  /** Connections that a service had since its element came. */
  long connections(Frontend frontend) {
    Part part = Part.vips(frontend.endpoint().address().isIpv4());
    return nft.packets(part.set(), Layout.vip(frontend)).orElse(0);
  }

  /** Connections that each service had since its element came. */
  Map<Frontend, Long> connections() {
    return connections(nft);
  }

  /** As the other one, by any socket. */
  static Map<Frontend, Long> connections(NftSocket nft) {
    Map<Frontend, Long> counted = new HashMap<>();
    for (Part part : new Part[] {Part.VIPS4, Part.VIPS6}) {
      nft.packets(part.set()).forEach((vip, count) -> counted.put(Layout.frontend(vip), count));
    }
    return counted;
  }

  /**
   * Makes changes, all or none.
   *
   * @param since the state of which they were made; null when that does not matter
   * @return why not, in the kernel's words: ERESTART when somebody has changed something since;
   *     null when they are made
   */
  @Nullable Refusal commit(List<Change> changes, @Nullable NftGeneration since) {
    List<Request> requests = new ArrayList<>();
    for (Change change : changes) {
      requests.addAll(
          change.add()
              ? NftElements.add(change.part().set(), change.elements())
              : NftElements.delete(change.part().set(), change.elements()));
    }
    List<Refusal> refused = since == null ? nft.commit(requests) : nft.commit(requests, since);
    return refused.isEmpty() ? null : refused.get(0);
  }

  @Override
  public void close() {
    nft.close();
    text.close();
    conntrack.close();
    routes.close();
  }
}
