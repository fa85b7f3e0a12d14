// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.NameHash;
import io.dcosnet.lb.vip.VipAddresses;
import java.time.Duration;
import java.util.List;

/**
 * Section {@code lb.names}: which addresses names of VIPs get. <b>Immutable.</b>
 *
 * @param grace how long a name keeps its address without back ends
 * @param quarantine how long an address rests between two names
 */
public record LbNamesConfig(VipAddresses addresses, Duration grace, Duration quarantine) {

  private static final Kind<IpAddress> IPV4 =
      Kind.ofText("an IPv4 address", text -> of(text, true));

  private static final Kind<IpAddress> IPV6 =
      Kind.ofText("an IPv6 address", text -> of(text, false));

  /**
   * Reads the section.
   *
   * @param imported what the predecessor's files say of the ranges
   */
  static LbNamesConfig read(Section names, DcosL4lbImport imported) {
    AddressRange ipv4 = range(names, "min", "max", IPV4, imported.ipv4(), "IPv4");
    AddressRange ipv6 = range(names, "min6", "max6", IPV6, imported.ipv6(), "IPv6");
    NameHash hash =
        names.value(
            "hash",
            Kind.word(List.of(NameHash.values())),
            NameHash.DCOS,
            "How a name becomes an address: dcos as DC/OS does it, or fnv for clusters that never"
                + " were DC/OS.");
    Duration grace =
        names.value(
            "grace",
            Kind.DURATION,
            VipAddresses.DEFAULT_NAME_GRACE,
            "How long a name keeps its address without any back end, such as over a redeployment.");
    Duration quarantine =
        names.value(
            "quarantine",
            Kind.DURATION,
            VipAddresses.DEFAULT_QUARANTINE,
            "How long an address rests before another name may have it; at least 10s, twice the"
                + " time that names are kept.");
    if (quarantine.compareTo(Duration.ofSeconds(10)) < 0) {
      names.problem("quarantine", DurationText.of(quarantine), "10s or more");
    }
    return new LbNamesConfig(new VipAddresses(ipv4, ipv6, hash), grace, quarantine);
  }

  private static AddressRange range(
      Section names,
      String first,
      String last,
      Kind<IpAddress> kind,
      AddressRange byDefault,
      String family) {
    IpAddress min =
        names.value(
            first,
            kind,
            byDefault.first(),
            "First " + family + " address for names; must be the same on all nodes.");
    IpAddress max =
        names.value(
            last,
            kind,
            byDefault.last(),
            "Last "
                + family
                + " address; the same on all nodes too, since it has a say in which name gets"
                + " which.");
    if (min.compareTo(max) >= 0) {
      names.problem(last, max, "an address behind " + first + " " + min);
      return byDefault;
    }
    return new AddressRange(min, max);
  }

  private static IpAddress of(String text, boolean ipv4) {
    IpAddress address = IpAddress.parse(text);
    if (address.isIpv4() != ipv4) {
      throw new IllegalArgumentException(text);
    }
    return address;
  }
}
