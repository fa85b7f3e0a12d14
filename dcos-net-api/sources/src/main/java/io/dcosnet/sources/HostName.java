// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources;

import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a text that should name a host is, before anybody is asked. */
final class HostName {

  private static final int MAX_LENGTH = 253;

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

  // Resolvers take these for addresses in shorthand: 10.1 would become 10.0.0.1.
  private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

  private HostName() {}

  /** Lower case, without a final dot. */
  static String canonical(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /**
   * What is known without asking: addresses of literals and of {@code localhost} (RFC 6761), none
   * for text that names no host; null when a resolver has to be asked.
   *
   * @param name {@link #canonical}
   */
  static @Nullable List<IpAddress> withoutAsking(String name) {
    Optional<IpAddress> literal = IpAddress.tryParse(name);
    if (literal.isPresent()) {
      return List.of(literal.get().unmapped());
    }
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return List.of(IpAddress.LOOPBACK_IPV4);
    }
    boolean askable =
        name.length() <= MAX_LENGTH
            && NAME.matcher(name).matches()
            && !ENDS_IN_NUMBER.matcher(name).matches();
    return askable ? null : List.of();
  }

  /** The first address of each family, IPv4 first, as Mesos-DNS takes them. */
  static List<IpAddress> firstOfEachFamily(List<IpAddress> addresses) {
    List<IpAddress> first = new ArrayList<>(2);
    List<IpAddress> plain = addresses.stream().map(IpAddress::unmapped).toList();
    plain.stream().filter(IpAddress::isIpv4).findFirst().ifPresent(first::add);
    plain.stream().filter(IpAddress::isIpv6).findFirst().ifPresent(first::add);
    return List.copyOf(first);
  }
}
