// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Names that mean nothing to the servers of the world, so that asking them only tells strangers
 * what goes on here. Every method is a pure function.
 */
public final class SpecialNames {

  /** {@code invalid}, {@code test}, {@code local} (RFC 6761, 6762), {@code onion} (RFC 7686). */
  public static final List<DomainName> TOP_LEVEL = names("invalid", "test", "local", "onion");

  /** Reverse zones of private and special addresses: RFC 6303 §4, and RFC 7793 for 100.64/10. */
  public static final List<DomainName> PRIVATE_REVERSE = privateReverse();

  /** How long a denial may be remembered (RFC 6303 §3). */
  private static final int TTL_SECONDS = 10_800;

  private static final String SOA = "@ nobody.invalid. 1 3600 1200 604800 " + TTL_SECONDS;

  private SpecialNames() {}

  /** Both lists. */
  public static List<DomainName> all() {
    List<DomainName> all = new ArrayList<>(TOP_LEVEL);
    all.addAll(PRIVATE_REVERSE);
    return all;
  }

  /** No such name, as the empty zone {@code zone} of RFC 6303 §3 says. */
  static Answer denial(DomainName zone, DomainName name, int type) {
    ZoneRecord soa =
        ZoneRecord.of(zone, RecordType.SOA, TTL_SECONDS, Rdata.ofText(RecordType.SOA, SOA, zone));
    boolean apex = name.equals(zone);
    boolean asked = apex && type == RecordType.SOA;
    return new Answer(
        apex ? Rcode.NOERROR : Rcode.NXDOMAIN,
        asked ? List.of(soa) : List.of(),
        asked ? List.of() : List.of(soa),
        List.of(),
        true,
        false,
        ExtendedError.NONE,
        "");
  }

  private static List<DomainName> privateReverse() {
    List<String> texts = new ArrayList<>();
    for (String ipv4 :
        List.of(
            "0",
            "10",
            "127",
            "254.169",
            "168.192",
            "2.0.192",
            "100.51.198",
            "113.0.203",
            "255.255.255.255")) {
      texts.add(ipv4 + ".in-addr.arpa");
    }
    for (int i = 16; i < 32; i++) {
      texts.add(i + ".172.in-addr.arpa");
    }
    for (int i = 64; i < 128; i++) {
      texts.add(i + ".100.in-addr.arpa");
    }
    for (String ipv6 : List.of("d.f", "8.e.f", "9.e.f", "a.e.f", "b.e.f", "8.b.d.0.1.0.0.2")) {
      texts.add(ipv6 + ".ip6.arpa");
    }
    texts.add("0" + ".0".repeat(31) + ".ip6.arpa");
    texts.add("1" + ".0".repeat(31) + ".ip6.arpa");
    return names(texts.toArray(String[]::new));
  }

  private static List<DomainName> names(String... texts) {
    List<DomainName> names = new ArrayList<>();
    for (String text : texts) {
      names.add(DomainName.parse(text));
    }
    return List.copyOf(names);
  }
}
