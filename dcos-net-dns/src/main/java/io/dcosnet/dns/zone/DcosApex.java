// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.dns.name.DomainName;
import java.util.List;

/**
 * SOA and NS records of the zones that dcos-net made; its serial was always 1, ours grow.
 * <b>Immutable.</b>
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_dns</a>
 */
public final class DcosApex {

  /** TTL of all records but NS. */
  public static final int TTL_SECONDS = 5;

  private static final int NS_TTL_SECONDS = 3600;
  private static final int NEGATIVE_TTL_SECONDS = 1;

  private static final DomainName SERVER = DomainName.parse("ns.spartan");
  private static final DomainName MAILBOX = DomainName.parse("support.mesosphere.com");

  private DcosApex() {}

  /** The apex of a zone of this name. */
  public static ZoneApex of(DomainName origin) {
    return of(origin, TTL_SECONDS);
  }

  /** As above with another TTL of the SOA record; negative answers hold for a second at most. */
  public static ZoneApex of(DomainName origin, int soaTtlSeconds) {
    return new ZoneApex(
        origin,
        SERVER,
        MAILBOX,
        60,
        180,
        86_400,
        NEGATIVE_TTL_SECONDS,
        soaTtlSeconds,
        NS_TTL_SECONDS,
        List.of(SERVER));
  }
}
