// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;

/**
 * The records of one owner and type before and after. <b>Immutable.</b>
 *
 * @param type see {@link io.dcosnet.dns.zone.RecordType}
 */
public record RecordSetChange(DomainName owner, int type, Change<RecordSet> change) {
  public RecordSetChange {
    requireNonNull(owner, "owner");
    requireNonNull(change, "change");
  }
}
