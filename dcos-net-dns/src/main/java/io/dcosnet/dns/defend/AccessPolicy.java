// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Sender;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Who may ask a server, who may ask it about the names of some zones, and for whom it asks others.
 *
 * <p>Of several rules the one with the longest prefix that holds the client decides. Rules for a
 * zone are asked about names at and below it, those for the longest zone first; where they say
 * nothing of the client, the next shorter zone is asked. At the end everybody may ask.
 *
 * <p>Other servers are asked only for clients that are near: of loopback, link-local and private
 * addresses. Whole zones have rules of their own, in {@code TransferPolicy}.
 *
 * <pre>{@code
 * AccessPolicy.builder()
 *     .clients(Access.DROP, Cidr.parse("203.0.113.0/24"))
 *     .zoneOnlyFor(DomainName.parse("secret.mesos"), Cidr.parse("10.0.0.0/8"))
 *     .recursion(true, Cidr.parse("198.51.100.0/24"))
 *     .build();
 * }</pre>
 *
 * <p><b>Immutable.</b>
 */
public final class AccessPolicy {

  /** For whom others are asked unless a rule says otherwise. */
  public static final List<Cidr> NEAR =
      Stream.of(
              "127.0.0.0/8",
              "::1/128",
              "169.254.0.0/16",
              "fe80::/10",
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "fc00::/7")
          .map(Cidr::parse)
          .toList();

  private static final Cidr[] EVERYBODY = {Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")};

  /** Everybody may ask; others are asked for clients of near addresses. */
  public static final AccessPolicy DEFAULTS = builder().build();

  private record ZoneRules(DomainName zone, PrefixTable<Access> clients) {}

  private final PrefixTable<Access> clients;
  private final List<ZoneRules> zones; // longest first
  private final Map<Cidr, Boolean> recursionRules;
  private final PrefixTable<Boolean> recursion;

  private AccessPolicy(
      PrefixTable<Access> clients, List<ZoneRules> zones, Map<Cidr, Boolean> recursionRules) {
    this.clients = clients;
    this.zones = zones;
    this.recursionRules = recursionRules;
    this.recursion = PrefixTable.of(recursionRules);
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * The same, with others asked for these addresses too unless a rule of their length says
   * otherwise: those of the host itself.
   */
  public AccessPolicy andNear(List<IpAddress> own) {
    Map<Cidr, Boolean> more = new HashMap<>(recursionRules);
    own.forEach(address -> more.putIfAbsent(new Cidr(address, address.bitLength()), true));
    return new AccessPolicy(clients, zones, Map.copyOf(more));
  }

  /** What a client gets, whatever it asks. */
  Access client(Sender sender) {
    Access access = clients.find(sender);
    return access == null ? Access.ALLOW : access;
  }

  /** True when there are rules for zones. */
  boolean hasZones() {
    return !zones.isEmpty();
  }

  /** What a client gets when it asks for this name; ALLOW where no rule for a zone says. */
  Access name(Sender sender, byte[] octets, int start, int length) {
    for (int i = 0; i < zones.size(); i++) { // an iterator would be an object
      ZoneRules rules = zones.get(i);
      if (rules.zone().isAtOrAbove(octets, start, length)) {
        Access access = rules.clients().find(sender);
        if (access != null) {
          return access;
        }
      }
    }
    return Access.ALLOW;
  }

  /** True when others are asked for this client. */
  boolean mayRecurse(Sender sender) {
    Boolean allowed = recursion.find(sender);
    return allowed != null && allowed;
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Map<Cidr, Access> clients = new LinkedHashMap<>();
    private final Map<DomainName, Map<Cidr, Access>> zones = new LinkedHashMap<>();
    private final Map<Cidr, Boolean> recursion = new LinkedHashMap<>();

    private Builder() {}

    /** What these clients get, whatever they ask. */
    public Builder clients(Access access, Cidr... prefixes) {
      requireNonNull(access, "access");
      for (Cidr prefix : prefixes) {
        clients.put(prefix, access);
      }
      return this;
    }

    /** Nobody gets an answer but these clients; the others are refused. */
    public Builder onlyClients(Cidr... prefixes) {
      return clients(Access.REFUSE, EVERYBODY).clients(Access.ALLOW, prefixes);
    }

    /** What these clients get when they ask for names at and below the zone. */
    public Builder zone(DomainName zone, Access access, Cidr... prefixes) {
      requireNonNull(access, "access");
      Map<Cidr, Access> rules =
          zones.computeIfAbsent(requireNonNull(zone, "zone"), key -> new LinkedHashMap<>());
      for (Cidr prefix : prefixes) {
        rules.put(prefix, access);
      }
      return this;
    }

    /** Nobody is told of names at and below the zone but these clients; others are refused. */
    public Builder zoneOnlyFor(DomainName zone, Cidr... prefixes) {
      return zone(zone, Access.REFUSE, EVERYBODY).zone(zone, Access.ALLOW, prefixes);
    }

    /**
     * Whether others are asked for these clients. A server that asks for everybody is misused
     * within hours where the world can reach it.
     */
    public Builder recursion(boolean allowed, Cidr... prefixes) {
      for (Cidr prefix : prefixes) {
        recursion.put(prefix, allowed);
      }
      return this;
    }

    public AccessPolicy build() {
      List<ZoneRules> longestFirst =
          zones.entrySet().stream()
              .map(rules -> new ZoneRules(rules.getKey(), PrefixTable.of(rules.getValue())))
              .sorted(Comparator.comparing((ZoneRules rules) -> -rules.zone().wireLength()))
              .toList();
      Map<Cidr, Boolean> near = new HashMap<>();
      NEAR.forEach(cidr -> near.put(cidr, true));
      near.putAll(recursion);
      return new AccessPolicy(PrefixTable.of(clients), longestFirst, Map.copyOf(near));
    }
  }
}
