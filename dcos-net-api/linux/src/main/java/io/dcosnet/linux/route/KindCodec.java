// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.route.LinkKind.Bridge;
import io.dcosnet.linux.route.LinkKind.Checksums;
import io.dcosnet.linux.route.LinkKind.Dummy;
import io.dcosnet.linux.route.LinkKind.Other;
import io.dcosnet.linux.route.LinkKind.Veth;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import java.util.Optional;

/** The attribute of a link that tells its kind. */
final class KindCodec {

  private static final int NAME = 1;
  private static final int DETAILS = 2;

  private static final int VETH_PEER = 1;

  private static final int VXLAN_ID = 1;
  private static final int VXLAN_UNDERLAY = 3;
  private static final int VXLAN_LOCAL = 4;
  private static final int VXLAN_TTL = 5;
  private static final int VXLAN_TOS = 6;
  private static final int VXLAN_LEARNING = 7;
  private static final int VXLAN_PORT = 15;
  private static final int VXLAN_LOCAL6 = 17;
  private static final int VXLAN_CHECKSUM = 18;
  private static final int VXLAN_NO_CHECKSUM6 = 19;
  private static final int VXLAN_TAKES_NO_CHECKSUM6 = 20;

  private static final int BRIDGE_DELAY = 1;
  private static final int BRIDGE_SPANNING_TREE = 5;

  private KindCodec() {}

  static void write(LinkKind kind, PayloadWriter writer) {
    writer.nested(
        Links.KIND,
        inside -> {
          inside.text(NAME, kind.name());
          if (kind instanceof Veth veth) {
            inside.nested(DETAILS, details -> writeVeth(veth, details));
          } else if (kind instanceof Vxlan vxlan) {
            inside.nested(DETAILS, details -> writeVxlan(vxlan, details));
          } else if (kind instanceof Bridge) {
            inside.nested(
                DETAILS, details -> details.u32(BRIDGE_DELAY, 0).u32(BRIDGE_SPANNING_TREE, 0));
          }
        });
  }

  private static void writeVeth(Veth veth, PayloadWriter writer) {
    veth.peer()
        .ifPresent(
            peer ->
                writer.nested(
                    VETH_PEER,
                    inside -> {
                      Links.header(inside, 0, 0, 0);
                      Links.writeOwn(peer.link(), inside);
                      peer.namespace().ifPresent(fd -> inside.u32(Links.NAMESPACE, fd));
                    }));
  }

  private static void writeVxlan(Vxlan vxlan, PayloadWriter writer) {
    writer.u32(VXLAN_ID, vxlan.id()).big16(VXLAN_PORT, vxlan.port());
    writer.u8(VXLAN_LEARNING, vxlan.learning() ? 1 : 0);
    vxlan
        .local()
        .ifPresent(local -> writer.address(local.isIpv4() ? VXLAN_LOCAL : VXLAN_LOCAL6, local));
    if (vxlan.underlay() != 0) {
      writer.u32(VXLAN_UNDERLAY, vxlan.underlay());
    }
    writer.u8(VXLAN_TTL, vxlan.ttl()).u8(VXLAN_TOS, vxlan.tos());
    Checksums checksums = vxlan.checksums();
    writer.u8(VXLAN_CHECKSUM, checksums.overIpv4() ? 1 : 0);
    writer.u8(VXLAN_NO_CHECKSUM6, checksums.overIpv6() ? 0 : 1);
    writer.u8(VXLAN_TAKES_NO_CHECKSUM6, checksums.demandedOverIpv6() ? 0 : 1);
  }

  /** Reads it from the attributes of a link. */
  static LinkKind read(Attributes link) {
    Attributes info = link.nested(Links.KIND);
    String name = info.find(NAME).map(Attribute::text).orElse("");
    return switch (name) {
      case "dummy" -> new Dummy();
      case "bridge" -> new Bridge();
      case "veth" -> new Veth(Optional.empty());
      case "vxlan" -> readVxlan(info.nested(DETAILS));
      default -> new Other(name);
    };
  }

  private static Vxlan readVxlan(Attributes details) {
    return new Vxlan(
        details.u32(VXLAN_ID, 0) & 0xff_ffff,
        details.find(VXLAN_LOCAL).or(() -> details.find(VXLAN_LOCAL6)).map(Attribute::address),
        details.find(VXLAN_PORT).map(Attribute::big16).orElse(0),
        isSet(details, VXLAN_LEARNING, true),
        details.u32(VXLAN_UNDERLAY, 0),
        details.find(VXLAN_TTL).map(Attribute::u8).orElse(0),
        details.find(VXLAN_TOS).map(Attribute::u8).orElse(0),
        new Checksums(
            isSet(details, VXLAN_CHECKSUM, true),
            !isSet(details, VXLAN_NO_CHECKSUM6, false),
            !isSet(details, VXLAN_TAKES_NO_CHECKSUM6, false)));
  }

  private static boolean isSet(Attributes details, int type, boolean otherwise) {
    return details.find(type).map(value -> value.u8() != 0).orElse(otherwise);
  }
}
