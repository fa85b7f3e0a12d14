// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.query;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is asked, of class IN. <b>Immutable.</b>
 *
 * @param name in the letters of the client
 * @param type number of a record type, 1 for A
 * @param recursionDesired the client wants us to ask others (RD)
 * @param checkingDisabled the client checks signatures itself (CD)
 * @param dnssecOk the client wants signatures (DO)
 * @param authenticData the client wants to know whether the data was checked (AD)
 * @param client who asks; null when it is ourselves, as in a probe or a refresh
 * @param protocol how the client asks
 * @param timeLeft how long the client is still expected to wait, null when unknown
 */
public record Query(
    DomainName name,
    int type,
    boolean recursionDesired,
    boolean checkingDisabled,
    boolean dnssecOk,
    boolean authenticData,
    @Nullable IpAddress client,
    Protocol protocol,
    @Nullable Duration timeLeft) {

  public Query {
    requireNonNull(name, "name");
    requireNonNull(protocol, "protocol");
  }

  /** A plain question of our own: RD set, no client, as much time as it takes. */
  public static Query of(DomainName name, int type) {
    return new Query(name, type, true, false, false, false, null, Protocol.UDP, null);
  }

  /** The same question about another name, as at the end of a chain of CNAME records. */
  public Query withName(DomainName other) {
    return new Query(
        other,
        type,
        recursionDesired,
        checkingDisabled,
        dnssecOk,
        authenticData,
        client,
        protocol,
        timeLeft);
  }
}
