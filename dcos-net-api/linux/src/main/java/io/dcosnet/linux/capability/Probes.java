// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.capability;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.conntrack.FlowDirection;
import io.dcosnet.linux.generic.GenericSocket;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.Nftables;
import java.util.List;
import java.util.Optional;

/** How each feature is tried. */
final class Probes {

  private static final int NEW_LINK = 16;
  private static final int SET_LINK = 19;
  private static final int GET_NEXT_HOP = 106;
  private static final int LIST_SOCKETS = 20;
  private static final int SOCKET_DESTROY = 21;

  private static final int LINK_NAME = 3;
  private static final int LINK_INFO = 18;
  private static final int LINK_KIND = 1;

  /** Index of the loopback device in every namespace. */
  private static final int LOOPBACK = 1;

  /** A name that no link can have, for which the kernel looks only after all else. */
  private static final String IMPOSSIBLE_NAME = "dcosnet/probe";

  private Probes() {}

  static Capability run(Feature feature) {
    return switch (feature) {
      case NETWORK_ADMIN -> networkAdmin();
      case NAMESPACES -> namespaces();
      case DUMMY_LINKS -> linkKind(feature, "dummy");
      case BRIDGES -> linkKind(feature, "bridge");
      case VETH_LINKS -> linkKind(feature, "veth");
      case VXLAN_LINKS -> linkKind(feature, "vxlan");
      case NEXT_HOPS -> nextHops();
      case NFTABLES, NFTABLES_NAT -> NftProbe.run(feature);
      case LIBNFTABLES -> libnftables();
      case CONNTRACK -> conntrack();
      case IPVS -> ipvs();
      case SOCKET_BPF -> BpfProbe.run();
      case SOCKET_DESTROY -> socketDestroy();
    };
  }

  /** A change that changes nothing is refused to those who may not change anything. */
  private static Capability networkAdmin() {
    return expect(
        Feature.NETWORK_ADMIN,
        NetlinkProtocol.ROUTE,
        Request.of(
            "change nothing of", "link 1", SET_LINK, 0, w -> w.u32(0).u32(LOOPBACK).zeros(8)),
        new Errno(0));
  }

  private static Capability namespaces() {
    String tried = "make a network namespace";
    try (NetworkNamespace made = NetworkNamespace.create()) {
      return new Capability(Feature.NAMESPACES, true, tried, "done, and left the " + made);
    } catch (KernelException e) {
      return new Capability(Feature.NAMESPACES, false, tried, e.errno().toString());
    }
  }

  private static Capability linkKind(Feature feature, String kind) {
    return expect(
        feature,
        NetlinkProtocol.ROUTE,
        Request.of(
            "add",
            kind + " with an impossible name",
            NEW_LINK,
            Message.CREATE | Message.EXCLUSIVE,
            writer -> {
              writer.zeros(16).text(LINK_NAME, IMPOSSIBLE_NAME);
              writer.nested(LINK_INFO, info -> info.text(LINK_KIND, kind));
            }),
        Errno.EINVAL);
  }

  private static Capability nextHops() {
    return expect(
        Feature.NEXT_HOPS,
        NetlinkProtocol.ROUTE,
        Request.of(
            "show", "a next hop that is not there", GET_NEXT_HOP, 0, w -> w.zeros(8).u32(1, -1)),
        Errno.ENOENT);
  }

  /**
   * A socket that is not there, for which the kernel looks before it asks for rights. It says the
   * same when it cannot look for sockets at all, so that is asked before.
   */
  private static Capability socketDestroy() {
    Capability mayChange = networkAdmin();
    if (!mayChange.isThere()) {
      return new Capability(Feature.SOCKET_DESTROY, false, mayChange.tried(), mayChange.answer());
    }
    String tried = "list no sockets";
    try (NetlinkSocket socket = NetlinkSocket.open(NetlinkProtocol.SOCK_DIAG)) {
      List<Message> unused =
          socket.dump(Request.of("list", "no sockets", LIST_SOCKETS, 0, Probes::noSocket));
    } catch (KernelException e) {
      return new Capability(Feature.SOCKET_DESTROY, false, tried, said(e));
    }
    return expect(
        Feature.SOCKET_DESTROY,
        NetlinkProtocol.SOCK_DIAG,
        Request.of("cut", "a socket that is not there", SOCKET_DESTROY, 0, Probes::noSocket),
        Errno.ENOENT);
  }

  /** TCP over IPv4, in no state, and with port 0 at both ends. */
  private static void noSocket(PayloadWriter writer) {
    writer.u8(2).u8(6).zeros(46).u32(-1).u32(-1);
  }

  private static Capability libnftables() {
    String tried = "load libnftables";
    Optional<String> lack = Nftables.unavailableBecause();
    if (lack.isPresent()) {
      return new Capability(Feature.LIBNFTABLES, false, tried, lack.get());
    }
    Nftables opened = Nftables.open();
    opened.close();
    return new Capability(Feature.LIBNFTABLES, true, tried, "done");
  }

  private static Capability conntrack() {
    String tried = "show a flow that is not there";
    IpAddress nobody = IpAddress.parse("192.0.2.0");
    FlowDirection none = new FlowDirection(FlowDirection.UDP, nobody, 0, nobody, 0);
    try (Conntrack opened = Conntrack.open()) {
      boolean found = opened.flow(none).isPresent();
      return new Capability(
          Feature.CONNTRACK, true, tried, found ? "found" : Errno.ENOENT.toString());
    } catch (KernelException e) {
      return new Capability(Feature.CONNTRACK, false, tried, said(e));
    }
  }

  private static Capability ipvs() {
    String tried = "find netlink family IPVS";
    try (GenericSocket opened = GenericSocket.open()) {
      return opened
          .family("IPVS")
          .map(found -> new Capability(Feature.IPVS, true, tried, "it has number " + found.id()))
          .orElseGet(
              () -> new Capability(Feature.IPVS, false, tried, Errno.ENOENT + ": load ip_vs"));
    }
  }

  private static Capability expect(
      Feature feature, NetlinkProtocol protocol, Request request, Errno expected) {
    try (NetlinkSocket socket = NetlinkSocket.open(protocol)) {
      List<Refusal> refused = socket.requestAll(List.of(request));
      Errno got = refused.isEmpty() ? new Errno(0) : refused.get(0).errno();
      String answer = refused.isEmpty() ? "done" : said(refused.get(0).toException());
      return new Capability(feature, got.equals(expected), request.tried(), answer);
    }
  }

  /** Number and words, without what was tried. */
  static String said(KernelException refused) {
    return refused.errno() + refused.words().map(words -> ": " + words).orElse("");
  }
}
