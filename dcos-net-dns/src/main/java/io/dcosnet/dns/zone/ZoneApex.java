// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import java.util.List;

/**
 * What a zone says of itself: its SOA and NS records, all but the serial. <b>Immutable.</b>
 *
 * @param origin name of the zone, such as {@code mesos.}
 * @param primary the server that the zone comes from (MNAME)
 * @param mailbox who answers for it, the {@code @} written as a dot (RNAME)
 * @param refreshSeconds how often secondaries ask
 * @param retrySeconds after which they ask again
 * @param expireSeconds after which they stop serving
 * @param minimumSeconds how long a negative answer may be cached
 * @param soaTtlSeconds TTL of the SOA record
 * @param nsTtlSeconds TTL of the NS records
 * @param nameServers of the NS records; may be empty
 */
public record ZoneApex(
    DomainName origin,
    DomainName primary,
    DomainName mailbox,
    int refreshSeconds,
    int retrySeconds,
    int expireSeconds,
    int minimumSeconds,
    int soaTtlSeconds,
    int nsTtlSeconds,
    List<DomainName> nameServers) {
  public ZoneApex {
    requireNonNull(origin, "origin");
    requireNonNull(primary, "primary");
    requireNonNull(mailbox, "mailbox");
    nameServers = List.copyOf(nameServers);
  }

  /** How long a negative answer may be cached (RFC 2308 §5). */
  public int negativeTtlSeconds() {
    return Math.min(soaTtlSeconds, minimumSeconds);
  }
}
