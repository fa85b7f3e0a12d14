// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static java.util.Objects.requireNonNull;

import io.dcosnet.testkit.dns.raw.RawName;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The zone that the server under test serves, and which of its names plays which part.
 *
 * <p>{@link #standard} has all parts; its {@link #masterFile} can be loaded into any server. For a
 * server whose zone is given, {@link #of} begins without parts; cases whose part nobody plays are
 * skipped.
 *
 * <p><b>Immutable.</b>
 */
public final class ZoneUnderTest {

  /** What a name of the zone has. */
  public enum Role {
    /** Two to ten A records and nothing else. */
    ADDRESSES("www"),
    /** A and AAAA records. */
    DUAL("dual"),
    /** A records that need more than 512 octets, and less than 1232. */
    OVER_512("many"),
    /** A records that need more than 1232 octets, and less than 4096. */
    OVER_1232("more"),
    /** A records that need more than 4096 octets. */
    OVER_4096("most"),
    /** One TXT record whose answer has exactly 512 octets, without EDNS and with compression. */
    FITS_512("fit512"),
    /** As {@link #FITS_512} with 513 octets. */
    EXCEEDS_512("fit513"),
    /** A CNAME record that leads to {@link #ADDRESSES}. */
    CNAME("alias"),
    /** A CNAME record that leads to {@link #CNAME}. */
    CNAME_CHAIN("alias2"),
    /** A CNAME record that leads out of the zone. */
    CNAME_OUTSIDE("outside"),
    /** A CNAME record that leads to a name that is missing. */
    CNAME_DANGLING("dangling"),
    /** A CNAME record that leads back to itself over another one. */
    CNAME_LOOP("loop1"),
    /** The first of forty CNAME records, the last of which leads to {@link #ADDRESSES}. */
    CNAME_LONG("link1"),
    /** A DNAME record to a longer name; below that there is {@code host} with an A record. */
    DNAME("moved"),
    /** A name without records above one that has some. */
    EMPTY("empty"),
    /** SRV records whose target in the zone has addresses. */
    SRV("_sip._tcp"),
    /** A record of type 65280 with the data 01 02 03 04. */
    UNKNOWN_TYPE("unknown"),
    /** An HTTPS record. */
    HTTPS("https"),
    /** A wildcard right below, with A records; the name itself has none. */
    WILDCARD("wild"),
    /** NS records of a child zone, with glue. */
    DELEGATION("child"),
    /** A records at a name that the zone writes with capital letters. */
    CAPITALS("MixedCase"),
    /** A records at a name whose first label has the octets 01, 80 and ff. */
    BINARY("\\001\\128\\255"),
    /** Nothing, and there is nothing below. */
    MISSING("missing");

    private final String label;

    Role(String label) {
      this.label = label;
    }
  }

  private static final int TTL = 300;
  private static final int MINIMUM = 60;

  private final RawName origin;
  private final Map<Role, RawName> names;

  private ZoneUnderTest(RawName origin, Map<Role, RawName> names) {
    this.origin = origin;
    this.names = names;
  }

  /** A zone of which nothing but the name is known. */
  public static ZoneUnderTest of(String origin) {
    return new ZoneUnderTest(RawName.of(origin), Map.of());
  }

  /** The zone with all parts, under this name, such as {@code conf.test.}. */
  public static ZoneUnderTest standard(String origin) {
    ZoneUnderTest zone = of(origin);
    for (Role role : Role.values()) {
      zone = zone.with(role, role.label + "." + zone.origin);
    }
    return zone;
  }

  /** This zone in which that name, given in full, plays the part. */
  public ZoneUnderTest with(Role role, String name) {
    Map<Role, RawName> more = new EnumMap<>(Role.class);
    more.putAll(names);
    more.put(requireNonNull(role, "role"), RawName.of(name));
    return new ZoneUnderTest(origin, more);
  }

  public RawName origin() {
    return origin;
  }

  /** The name that plays the part, null when none does. */
  public @Nullable RawName name(Role role) {
    return names.get(role);
  }

  /** The standard zone of this name as a master file (RFC 1035 §5), with all names in full. */
  public String masterFile() {
    StringBuilder file = new StringBuilder(16_384);
    file.append("$ORIGIN ").append(origin).append("\n$TTL ").append(TTL).append('\n');
    file.append("@ SOA ns1 hostmaster 1 7200 900 1209600 ").append(MINIMUM).append('\n');
    file.append("@ NS ns1\nns1 A 192.0.2.53\n");
    addresses(file, Role.ADDRESSES.label, 3);
    addresses(file, Role.OVER_512.label, 40);
    addresses(file, Role.OVER_1232.label, 120);
    addresses(file, Role.OVER_4096.label, 400);
    text(file, Role.FITS_512, 512);
    text(file, Role.EXCEEDS_512, 513);
    file.append("dual A 192.0.2.4\ndual AAAA 2001:db8::4\n");
    file.append("alias CNAME www\nalias2 CNAME alias\noutside CNAME www.example.org.\n");
    file.append("dangling CNAME missing\nloop1 CNAME loop2\nloop2 CNAME loop1\n");
    for (int i = 1; i < 40; i++) {
      file.append("link").append(i).append(" CNAME link").append(i + 1).append('\n');
    }
    file.append("link40 CNAME www\n");
    file.append("moved DNAME new-home\nhost.new-home A 192.0.2.6\n");
    file.append("leaf.empty A 192.0.2.7\n");
    file.append("_sip._tcp SRV 0 5 5060 sip\n_sip._tcp SRV 0 5 5061 sip\n");
    file.append("sip A 192.0.2.8\nsip AAAA 2001:db8::8\n");
    file.append("unknown TYPE65280 \\# 4 01020304\nhttps TYPE65 \\# 3 000100\n");
    file.append("*.wild A 192.0.2.9\n");
    file.append("child NS ns.child\nns.child A 192.0.2.10\n");
    file.append("MixedCase A 192.0.2.11\n\\001\\128\\255 A 192.0.2.12\n");
    return file.toString();
  }

  private static void addresses(StringBuilder file, String label, int count) {
    for (int i = 1; i <= count; i++) {
      String address = i < 250 ? "192.0.2." + i : "198.51.100." + (i - 249);
      file.append(label).append(" A ").append(address).append('\n');
    }
  }

  /** Header, question and one record whose owner is a pointer take so many octets in all. */
  private void text(StringBuilder file, Role role, int octets) {
    int question = RawName.of(role.label + "." + origin).length() + 4;
    int data = octets - 12 - question - 12;
    file.append(role.label).append(" TXT");
    while (data > 0) {
      int string = Math.min(255, data - 1);
      file.append(" \"").append("t".repeat(string)).append('"');
      data -= string + 1;
    }
    file.append('\n');
  }

  @Override
  public String toString() {
    return origin + " " + names;
  }
}
