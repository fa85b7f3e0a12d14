// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may fetch whole zones from a server, and whom it tells of new ones. Without a rule: nobody.
 *
 * <p><b>Immutable.</b>
 */
public final class TransferPolicy {

  /** Nobody may fetch anything, nobody is told. */
  public static final TransferPolicy NOBODY = builder().build();

  /** Transfers at a time, unless set; each holds a snapshot and 64 KiB. */
  public static final int DEFAULT_MAX_TRANSFERS = 16;

  /** Null zone: all zones. Null key: unsigned requests too. */
  private record Rule(@Nullable DomainName zone, Cidr clients, @Nullable TsigKey key) {

    boolean allows(DomainName wanted, IpAddress client, @Nullable TsigKey signedWith) {
      return (zone == null || zone.equals(wanted))
          && clients.contains(client)
          && (key == null || key == signedWith);
    }
  }

  private final List<Rule> rules;
  private final Map<DomainName, TsigKey> keys;
  private final Set<HostPort> secondaries;
  private final int maxTransfers;

  private TransferPolicy(Builder builder) {
    rules = List.copyOf(builder.rules);
    keys = Map.copyOf(builder.keys);
    secondaries = new LinkedHashSet<>(builder.secondaries);
    maxTransfers = builder.maxTransfers;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** True when this client may have the zone, given the key that its request is signed with. */
  public boolean allows(DomainName zone, IpAddress client, @Nullable TsigKey signedWith) {
    IpAddress plain = client.unmapped();
    return rules.stream().anyMatch(rule -> rule.allows(zone, plain, signedWith));
  }

  /** The key of that name, null when there is none. */
  @Nullable TsigKey key(DomainName name) {
    return keys.get(name);
  }

  /** Servers that are sent a NOTIFY for each new serial. */
  public List<HostPort> secondaries() {
    return List.copyOf(secondaries);
  }

  public int maxTransfers() {
    return maxTransfers;
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final List<Rule> rules = new ArrayList<>();
    private final Map<DomainName, TsigKey> keys = new HashMap<>();
    private final Set<HostPort> secondaries = new LinkedHashSet<>();
    private int maxTransfers = DEFAULT_MAX_TRANSFERS;

    private Builder() {}

    /** Lets these clients have all zones, signed or not. Addresses can be forged: prefer keys. */
    public Builder allow(Cidr clients) {
      rules.add(new Rule(null, requireNonNull(clients, "clients"), null));
      return this;
    }

    /** Lets these clients have all zones when they sign with the key. */
    public Builder allow(Cidr clients, TsigKey key) {
      return allow(null, clients, key);
    }

    /**
     * Lets these clients have one zone.
     *
     * @param zone null for all zones
     * @param key null to ask for no signature
     */
    public Builder allow(@Nullable DomainName zone, Cidr clients, @Nullable TsigKey key) {
      rules.add(new Rule(zone, requireNonNull(clients, "clients"), key));
      if (key != null) {
        TsigKey same = keys.putIfAbsent(key.name(), key);
        if (same != null && same != key) {
          throw new IllegalArgumentException("key: two of the name " + key.name());
        }
      }
      return this;
    }

    /** Tells these servers of each new serial (RFC 1996). */
    public Builder notify(HostPort... servers) {
      secondaries.addAll(List.of(servers));
      return this;
    }

    /** How many transfers may run at a time; further ones get SERVFAIL and come again. */
    public Builder maxTransfers(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("maxTransfers: " + value + " (expected: 1 or more)");
      }
      maxTransfers = value;
      return this;
    }

    public TransferPolicy build() {
      return new TransferPolicy(this);
    }
  }
}
