// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Zones whose records are known when a server is built. TTL, SOA and NS records are those of
 * dcos-net.
 *
 * <p>Every method makes a new zone; its serial is the present time.
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_dns</a>
 */
public final class LocalZones {

  /** The first address that the DNS server of a DC/OS node listens on. */
  public static final IpAddress SPARTAN_ADDRESS = IpAddress.parse("198.51.100.1");

  private static final DomainName SPARTAN = DomainName.parse("spartan");
  private static final DomainName LOCALHOST = DomainName.parse("localhost");
  private static final List<IpAddress> LOOPBACK =
      List.of(IpAddress.LOOPBACK_IPV4, IpAddress.parse("::1"));

  private LocalZones() {}

  /**
   * {@code ready.spartan}, which health checks of DC/OS ask for, and {@code ns.spartan}, the name
   * server of all zones of dcos-net.
   *
   * @param listen addresses of the server, as clients use them; {@link #SPARTAN_ADDRESS} on DC/OS
   */
  public static Zone spartan(List<IpAddress> listen, TimeSource time) {
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("listen: none (expected: one address at least)");
    }
    GivenZone zone = new GivenZone(SPARTAN, false, time);
    zone.put(
        Map.of(
            DomainName.parse("ready.spartan"),
            GivenZone.addresses(List.of(IpAddress.LOOPBACK_IPV4)),
            DomainName.parse("ns.spartan"),
            GivenZone.addresses(listen)));
    return zone;
  }

  /** {@code localhost} and all names below it, the loopback addresses (RFC 6761 §6.3). */
  public static Zone localhost(TimeSource time) {
    List<RecordSet> loopback = GivenZone.addresses(LOOPBACK);
    GivenZone zone = new GivenZone(LOCALHOST, true, time);
    zone.put(Map.of(LOCALHOST, loopback, DomainName.parse("*.localhost"), loopback));
    return zone;
  }

  /**
   * A zone of CNAME records, such as {@code registry.component.thisdcos.directory} for {@code
   * master.dcos.thisdcos.directory}.
   *
   * @param targets by name, which must lie below the origin
   */
  public static Zone cnames(
      DomainName origin, Map<DomainName, DomainName> targets, TimeSource time) {
    Map<DomainName, List<RecordSet>> records = new HashMap<>();
    targets.forEach(
        (name, target) -> {
          if (!name.isUnder(origin) || name.equals(origin)) {
            throw new IllegalArgumentException(
                "cname: " + name + " (expected: a name below " + origin + ")");
          }
          records.put(
              name,
              List.of(RecordSet.of(RecordType.CNAME, DcosApex.TTL_SECONDS, Rdata.name(target))));
        });
    GivenZone zone = new GivenZone(origin, false, time);
    zone.put(records);
    return zone;
  }

  /**
   * A zone without names, so that none is asked for outside: for {@code invalid}, {@code test},
   * {@code onion} (RFC 6761, RFC 7686) and {@code local}.
   */
  public static Zone empty(DomainName origin, TimeSource time) {
    return new GivenZone(origin, false, time);
  }
}
