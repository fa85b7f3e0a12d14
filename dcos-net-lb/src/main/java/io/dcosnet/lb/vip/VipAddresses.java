// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses names get: a hash of the canonical name picks one in the range, and one that is
 * taken sends the name on to the next free one.
 *
 * <p>Names that arrive together are served in the order of their text, so the result depends on
 * which names there are and not on how they were listed. A name that has an address keeps it,
 * whoever comes later, by claims that all nodes know: see {@link TableAssembly#claims}. With ten
 * thousand names in the default range two of them will almost surely want one address.
 *
 * <p><b>Immutable.</b>
 */
public record VipAddresses(AddressRange ipv4, AddressRange ipv6, NameHash hash) {

  /** IPv4 range of {@code dcos/dcos-net}; DC/OS packages end it one address later. */
  public static final AddressRange DEFAULT_IPV4 = AddressRange.of("11.0.0.0", "11.255.255.254");

  /** IPv6 range of {@code dcos/dcos-net}. */
  public static final AddressRange DEFAULT_IPV6 =
      AddressRange.of("fd01:c::", "fd01:c::ffff:ffff:ffff:ffff");

  /** A redeployment, with a while without any task, must not move a service. */
  public static final Duration DEFAULT_NAME_GRACE = Duration.ofMinutes(10);

  /** Long enough for every DNS answer with the old owner to be forgotten. */
  public static final Duration DEFAULT_QUARANTINE = Duration.ofSeconds(60);

  public VipAddresses {
    requireNonNull(hash, "hash");
    if (!ipv4.first().isIpv4()) {
      throw new IllegalArgumentException("IPv4 range: " + ipv4 + " (expected: IPv4 addresses)");
    }
    if (!ipv6.first().isIpv6()) {
      throw new IllegalArgumentException("IPv6 range: " + ipv6 + " (expected: IPv6 addresses)");
    }
  }

  /** The ranges and the hash of DC/OS. */
  public static VipAddresses defaults() {
    return new VipAddresses(DEFAULT_IPV4, DEFAULT_IPV6, NameHash.DCOS);
  }

  /** Addresses of one name; null where the range is exhausted. */
  public record Assigned(@Nullable IpAddress ipv4, @Nullable IpAddress ipv6) {}

  /** The address that a name gets when nobody else wants it. */
  public IpAddress preferred(String canonicalName, boolean inIpv6) {
    return hash.start(canonicalName, inIpv6 ? ipv6 : ipv4);
  }

  /** What these names get when there are no others, whatever their order here. */
  public SortedMap<String, Assigned> assign(Collection<String> canonicalNames) {
    AddressBook<String> book4 = book(false, Duration.ZERO, Duration.ZERO);
    AddressBook<String> book6 = book(true, Duration.ZERO, Duration.ZERO);
    book4.update(canonicalNames, List.of(), List.of(), List.of(), 0);
    book6.update(canonicalNames, List.of(), List.of(), List.of(), 0);
    SortedMap<String, Assigned> assigned = new TreeMap<>();
    for (String name : canonicalNames) {
      assigned.put(name, new Assigned(book4.address(name), book6.address(name)));
    }
    return assigned;
  }

  /** Claims of one family, none so far. */
  ClaimedAddresses claims(boolean inIpv6) {
    AddressRange range = inIpv6 ? ipv6 : ipv4;
    return new ClaimedAddresses(range, name -> hash.start(name, range));
  }

  /** An empty book of one family. */
  public AddressBook<String> book(boolean inIpv6, Duration grace, Duration quarantine) {
    AddressRange range = inIpv6 ? ipv6 : ipv4;
    return new AddressBook<>(range, name -> hash.start(name, range), grace, quarantine);
  }
}
