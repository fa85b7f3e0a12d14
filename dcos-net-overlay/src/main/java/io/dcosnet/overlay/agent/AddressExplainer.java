// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.agent.AddressExplanation.Kind;
import io.dcosnet.overlay.agent.AddressExplanation.Part;
import io.dcosnet.overlay.agent.AddressExplanation.Standing;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.config.OverlayConfig.Space;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.InterfaceAddress;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.desired.TunnelDevice;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.link.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out what one address is. <b>Confined to</b> one call. */
final class AddressExplainer {

  private final AgentStatus status;
  private final IpAddress asked;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  AddressExplainer(AgentStatus status, IpAddress asked) {
    this.status = status;
    this.asked = asked;
  }

  AddressExplanation explain() {
    if (status.assignment().isEmpty()) {
      notes.add("this host has no addresses yet; it is " + status.phase());
      return asked.equals(status.address()) ? own(Kind.OWN_HOST, null) : nobody(Kind.NONE, null);
    }
    Assignment assignment = status.assignment().get();
    Optional<AddressExplanation> own = own(assignment);
    if (own.isPresent()) {
      return own.get();
    }
    Optional<Peer> peer = status.peers().at(asked);
    return peer.isPresent() ? peer(peer.get()) : unknown(assignment.config());
  }

  private Optional<AddressExplanation> own(Assignment assignment) {
    if (asked.equals(status.address())) {
      return Optional.of(own(Kind.OWN_HOST, null));
    }
    AgentRecord record = assignment.record();
    if (asked.equals(record.vtep()) || record.vtep6().equals(Optional.of(asked))) {
      status.desired().tunnel().ifPresent(tunnel -> part(HostObject.TUNNEL, tunnel.name(), null));
      return Optional.of(own(Kind.OWN_VTEP, null));
    }
    for (Bridge bridge : status.desired().bridges()) {
      for (InterfaceAddress gateway : bridge.gateways()) {
        if (gateway.network().contains(asked)) {
          part(HostObject.BRIDGE, bridge.name(), null);
          part(HostObject.ADDRESS, gateway + " dev " + bridge.name(), null);
          Kind kind = gateway.address().equals(asked) ? Kind.OWN_GATEWAY : Kind.OWN_CONTAINER;
          return Optional.of(
              found(kind, bridge.overlay(), bridge.pool(), gateway.network(), status.node()));
        }
      }
    }
    for (AgentSubnets subnets : record.subnets()) {
      Optional<Cidr> around =
          Stream.concat(subnets.subnet().stream(), subnets.subnet6().stream())
              .filter(subnet -> subnet.contains(asked))
              .findFirst();
      if (around.isPresent()) {
        return Optional.of(
            found(Kind.OWN_SUBNET, subnets.overlay(), "", around.get(), status.node()));
      }
    }
    return Optional.empty();
  }

  private AddressExplanation own(Kind kind, @Nullable Cidr range) {
    return found(kind, "", "", range, status.node());
  }

  private AddressExplanation peer(Peer peer) {
    if (status.desired().backend() == Backend.NONE) {
      notes.add("the backend is none: somebody else carries packets to other hosts");
    } else {
      reach(peer);
    }
    if (asked.equals(peer.ip())) {
      return found(Kind.PEER_HOST, "", "", null, peer.agent());
    }
    Optional<Cidr> subnet =
        peer.subnets().stream().filter(range -> range.contains(asked)).findFirst();
    if (subnet.isEmpty()) {
      return found(Kind.PEER_VTEP, "", "", null, peer.agent());
    }
    return found(
        Kind.PEER_CONTAINER, overlayAround(subnet.get().first()), "", subnet.get(), peer.agent());
  }

  /** What packets to containers of a host need here. */
  private void reach(Peer peer) {
    NodeId agent = peer.agent();
    Optional<TunnelDevice> tunnel = status.desired().tunnel();
    if (tunnel.isPresent()) {
      String device = tunnel.get().name();
      part(HostObject.TUNNEL, device, null);
      part(HostObject.FDB, peer.mac() + " dst " + peer.ip(), agent);
      boolean ipv6 = asked.isIpv6() && peer.vtep6().isPresent();
      IpAddress vtep = ipv6 ? peer.vtep6().get() : peer.vtep();
      part(HostObject.NEIGHBOUR, vtep + " lladdr " + peer.mac() + " dev " + device, agent);
    }
    for (Cidr subnet : peer.subnets()) {
      if (subnet.contains(asked)) {
        part(HostObject.ROUTE, subnet.toString(), agent);
      }
    }
  }

  private AddressExplanation unknown(NetworkConfig config) {
    if (config.vtepSubnet().contains(asked)) {
      return nobody(Kind.NOBODY_IN_VTEPS, config.vtepSubnet());
    }
    Optional<Cidr> vtep6 = config.vtepSubnet6().filter(pool -> pool.contains(asked));
    if (vtep6.isPresent()) {
      return nobody(Kind.NOBODY_IN_VTEPS, vtep6.get());
    }
    Optional<Space> space = space(config, asked);
    return space.isPresent()
        ? nobody(Kind.NOBODY_IN_OVERLAY, pieceOf(space.get()))
        : nobody(Kind.NONE, null);
  }

  private Cidr pieceOf(Space space) {
    return Cidr.containing(asked, space.prefix());
  }

  private static Optional<Space> space(NetworkConfig config, IpAddress address) {
    return config.overlays().stream()
        .map(overlay -> address.isIpv4() ? overlay.ipv4() : overlay.ipv6())
        .flatMap(Optional::stream)
        .filter(space -> space.subnet().contains(address))
        .findFirst();
  }

  private String overlayAround(IpAddress address) {
    return status
        .assignment()
        .map(Assignment::config)
        .flatMap(
            config ->
                config.overlays().stream()
                    .filter(
                        overlay ->
                            (address.isIpv4() ? overlay.ipv4() : overlay.ipv6())
                                .filter(space -> space.subnet().contains(address))
                                .isPresent())
                    .map(OverlayConfig::name)
                    .findFirst())
        .orElse("");
  }

  private AddressExplanation nobody(Kind kind, @Nullable Cidr range) {
    for (Rejection refused : status.peers().rejections()) {
      if (names(refused.detail(), asked.toString())
          || (range != null && names(refused.detail(), range.toString()))) {
        notes.add(refused.subject() + " was refused: " + refused.code() + ": " + refused.detail());
      }
    }
    return new AddressExplanation(
        asked,
        kind,
        overlayAround(asked),
        "",
        Optional.ofNullable(range),
        Optional.empty(),
        parts,
        notes);
  }

  /** Whether a sentence has this as a word: 9.0.1.10 does not name 9.0.1.1. */
  private static boolean names(String sentence, String wanted) {
    for (int at = sentence.indexOf(wanted); at >= 0; at = sentence.indexOf(wanted, at + 1)) {
      int end = at + wanted.length();
      boolean goesOn =
          end < sentence.length()
              && (isOfWord(sentence.charAt(end))
                  // A full stop ends a sentence; one before a digit is of the word.
                  || (isJoint(sentence.charAt(end))
                      && end + 1 < sentence.length()
                      && isOfWord(sentence.charAt(end + 1))));
      if (!goesOn && (at == 0 || !isOfAddress(sentence.charAt(at - 1)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfAddress(char c) {
    return isOfWord(c) || isJoint(c);
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c);
  }

  private static boolean isJoint(char c) {
    return c == '.' || c == ':' || c == '/';
  }

  private AddressExplanation found(
      Kind kind, String overlay, String pool, @Nullable Cidr range, NodeId agent) {
    for (Rejection refused : status.peers().rejections()) {
      if (refused.subject().equals(agent.toString())) {
        notes.add("refused of this agent: " + refused.code() + ": " + refused.detail());
      }
    }
    return new AddressExplanation(
        asked, kind, overlay, pool, Optional.ofNullable(range), Optional.of(agent), parts, notes);
  }

  /**
   * @param peer whose object it is; null for one of this host
   */
  private void part(HostObject kind, String object, @Nullable NodeId peer) {
    Optional<HostFault> fault =
        status.faults().stream().filter(one -> isOf(one, kind, object, peer)).findFirst();
    if (fault.isPresent()) {
      parts.add(
          new Part(
              kind,
              object,
              Standing.FAULT,
              fault.get().code() + ": " + fault.get().object() + ": " + fault.get().reason()));
    } else if (isApplied(kind, object, peer)) {
      parts.add(new Part(kind, object, Standing.PROGRAMMED, ""));
    } else {
      String reason = status.report().isEmpty() ? "nothing was applied yet" : "being applied";
      parts.add(new Part(kind, object, Standing.PENDING, reason));
    }
  }

  private static boolean isOf(
      HostFault fault, HostObject kind, String object, @Nullable NodeId peer) {
    boolean named = List.of(fault.object().split(" ", -1)).contains(name(kind, object));
    if (peer == null) {
      return fault.kind() == kind && fault.peer().isEmpty() && named;
    }
    boolean samePath =
        fault.kind() == HostObject.NEXT_HOP
            || (fault.kind() == kind && (kind != HostObject.ROUTE || named));
    return fault.peer().equals(Optional.of(peer)) && samePath;
  }

  /** The word by which an object is known in the words of tools: its device, or its network. */
  private static String name(HostObject kind, String object) {
    return kind == HostObject.ROUTE ? object : object.substring(object.lastIndexOf(' ') + 1);
  }

  private boolean isApplied(HostObject kind, String object, @Nullable NodeId peer) {
    DesiredState applied = status.report().map(HostReport::state).orElse(DesiredState.NOTHING);
    if (peer != null) {
      return find(applied, peer).equals(find(status.desired(), peer));
    }
    return switch (kind) {
      case TUNNEL -> applied.tunnel().equals(status.desired().tunnel());
      default ->
          applied.bridges().stream().anyMatch(bridge -> bridge.name().equals(name(kind, object)));
    };
  }

  private static Optional<Peer> find(DesiredState state, NodeId agent) {
    return state.peers().stream().filter(peer -> peer.agent().equals(agent)).findFirst();
  }
}
