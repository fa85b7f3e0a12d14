// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.name.DomainName;
import java.util.List;

/**
 * The records that one subject (a task, an agent, a framework, the masters) adds to a zone. What
 * several subjects add alike is there as long as one of them does.
 *
 * <p><b>Immutable</b> after {@link RecordTable} has taken it.
 */
final class Contribution {

  /** Adds nothing. */
  static final Contribution NONE =
      new Contribution(new DomainName[0], new int[0], new byte[0][], List.of(), false, List.of());

  /** What a subject wanted a name for; two different wishes for one name are a collision. */
  record Claim(String kind, String framework, String name) implements Comparable<Claim> {
    @Override
    public int compareTo(Claim other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      String whose = framework.isEmpty() ? "" : " of framework \"" + framework + "\"";
      return name.isEmpty() ? kind + whose : kind + " \"" + name + "\"" + whose;
    }
  }

  /** A name and what it was wanted for. */
  record ClaimedName(DomainName owner, Claim claim) {}

  /** Owners in lower case; owner, type and data of one record stand at the same index. */
  final DomainName[] owners;

  final int[] types;
  final byte[][] data;

  /** What could not become a record. */
  final List<Rejection> refused;

  /** True when these records show only where no other instance has some. */
  final boolean weak;

  final List<ClaimedName> claims;

  Contribution(
      DomainName[] owners,
      int[] types,
      byte[][] data,
      List<Rejection> refused,
      boolean weak,
      List<ClaimedName> claims) {
    this.owners = owners;
    this.types = types;
    this.data = data;
    this.refused = refused;
    this.weak = weak;
    this.claims = claims;
  }
}
