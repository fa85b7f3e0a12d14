// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.util.stream.Collectors.joining;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.linux.nft.NftFamily;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The text of our rules, as nft shows them. <b>Pure.</b> */
final class FilterRules {

  /** Both the name of our tables and what the comments of our rules elsewhere begin with. */
  static final String NAME = "dcosnet_overlay";

  static final List<NftFamily> FAMILIES = List.of(NftFamily.IP, NftFamily.IP6);

  /** Packets to the host itself do not leave an overlay, whoever sends them around. */
  private static final Cidr LOOPBACK = Cidr.parse("127.0.0.0/8");

  private FilterRules() {}

  /** As nft names our table of a family. */
  static String name(NftFamily family) {
    return family + " " + NAME;
  }

  /** Those of a family, sorted. */
  static List<Cidr> of(NftFamily family, Collection<Cidr> spaces) {
    return spaces.stream()
        .filter(space -> space.first().isIpv4() == (family == NftFamily.IP))
        .sorted()
        .toList();
  }

  /**
   * A table that gives packets which leave the overlays the address of this host. Set up by sets,
   * so that an overlay more is an element more.
   *
   * @param spaces of that family, sorted; at least one
   */
  static String table(NftFamily family, List<Cidr> spaces) {
    String address = family == NftFamily.IP ? "ipv4_addr" : "ipv6_addr";
    Stream<Cidr> loopback = family == NftFamily.IP ? Stream.of(LOOPBACK) : Stream.empty();
    List<Cidr> inside = Stream.concat(spaces.stream(), loopback).sorted().toList();
    return "table "
        + name(family)
        + " {\n"
        + set("overlay_subnets", address, spaces)
        + set("no_masq", address, inside)
        + "\tchain postrouting {\n"
        + "\t\ttype nat hook postrouting priority srcnat; policy accept;\n\t\t"
        + family
        + " saddr @overlay_subnets "
        + family
        + " daddr != @no_masq masquerade\n\t}\n}\n";
  }

  private static String set(String name, String type, List<Cidr> elements) {
    return "\tset "
        + name
        + " {\n\t\ttype "
        + type
        + "\n\t\tflags interval\n\t\telements = { "
        + elements.stream().map(FilterRules::element).collect(joining(", "))
        + " }\n\t}\n\n";
  }

  private static String element(Cidr prefix) {
    return prefix.length() == prefix.first().bitLength()
        ? prefix.first().toString()
        : prefix.toString();
  }

  /** The text without what depends on the width of a line. */
  static String normalised(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  /**
   * What lets packets of overlays pass a chain that drops others, by comment. Each rule is as plain
   * as can be, for the programs that own such chains give up on rules that they do not know.
   *
   * @param family of the chain
   */
  static Map<String, String> passes(NftFamily family, Collection<Cidr> spaces) {
    Map<String, String> rules = new LinkedHashMap<>();
    spaces.stream()
        .sorted()
        .filter(space -> family == NftFamily.INET || of(family, List.of(space)).contains(space))
        .forEach(
            space -> {
              String version = space.first().isIpv4() ? "ip" : "ip6";
              rules.put(
                  NAME + " from " + space,
                  version + " saddr " + element(space) + " counter accept");
              rules.put(
                  NAME + " to " + space, version + " daddr " + element(space) + " counter accept");
            });
    return rules;
  }
}
