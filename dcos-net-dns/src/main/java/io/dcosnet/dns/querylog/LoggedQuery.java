// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.querylog;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import java.time.Instant;

/**
 * One query that was answered. <b>Immutable.</b>
 *
 * @param time when the answer was made
 * @param client its address, or 16 hexadecimal digits that stand for it until the server ends
 * @param name in the letters of the client
 * @param type number of the record type
 * @param rcode number of the response code
 * @param octets of the response
 * @param waited true when others were asked first
 */
public record LoggedQuery(
    Instant time,
    String client,
    Protocol protocol,
    DomainName name,
    int type,
    int rcode,
    int octets,
    boolean waited) {

  public LoggedQuery {
    requireNonNull(time, "time");
    requireNonNull(client, "client");
    requireNonNull(protocol, "protocol");
    requireNonNull(name, "name");
  }

  /** One line without the time; what is no plain text in the name is escaped. */
  @Override
  public String toString() {
    return "query client="
        + client
        + " proto="
        + protocol
        + " name="
        + name
        + " type="
        + RecordType.name(type)
        + " rcode="
        + Rcode.name(rcode)
        + " octets="
        + octets
        + " waited="
        + waited;
  }
}
