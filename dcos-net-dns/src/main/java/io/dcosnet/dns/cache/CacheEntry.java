// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.name.DomainName;
import java.util.List;

/**
 * What an operator sees of a kept answer. <b>Immutable.</b>
 *
 * @param name the name asked, in lower case
 * @param type the type asked; 0 when the name does not exist at all
 * @param rcode the response code that is given
 * @param dnssecOk it is for clients that want signatures
 * @param checkingDisabled it is for clients that check signatures themselves
 * @param secondsLeft until others are asked again; negative once it is old
 * @param bytes what it takes in memory, about
 * @param records as lines of a master file, with the TTLs that they have now
 */
public record CacheEntry(
    DomainName name,
    int type,
    int rcode,
    boolean dnssecOk,
    boolean checkingDisabled,
    long secondsLeft,
    int bytes,
    List<String> records) {

  public CacheEntry {
    records = List.copyOf(records);
  }
}
