// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.name.DomainName;
import java.util.List;
import java.util.OptionalInt;

/**
 * The records that one subject (a task, an agent, a framework, the masters) adds to a zone. What
 * several subjects add alike is there as long as one of them does.
 *
 * <p><b>Immutable</b> after {@link RecordTable} has taken it.
 */
public final class Contribution {

  /** Adds nothing. */
  public static final Contribution NONE =
      new Contribution(
          new DomainName[0], new int[0], new byte[0][], List.of(), Terms.USUAL, List.of());

  /** What a subject wanted a name for; two different wishes for one name are a collision. */
  public record Claim(String kind, String framework, String name) implements Comparable<Claim> {
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

  /**
   * On which terms a subject wants its records.
   *
   * @param weak true when they show only where no other subject has some that are not
   * @param ttlSeconds of the names they have; {@link #TTL_OF_ZONE} unless a rule says otherwise.
   *     Where several say something, the shortest counts, since no answer may outlive what it tells
   */
  public record Terms(boolean weak, int ttlSeconds) {

    /** No TTL of their own. */
    public static final int TTL_OF_ZONE = -1;

    /** As most have it. */
    public static final Terms USUAL = new Terms(false, TTL_OF_ZONE);

    /** Terms with a TTL of their own, if there is one. */
    public static Terms of(boolean weak, OptionalInt ttlSeconds) {
      boolean usual = !weak && ttlSeconds.isEmpty();
      return usual ? USUAL : new Terms(weak, ttlSeconds.orElse(TTL_OF_ZONE));
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

  final Terms terms;

  final List<ClaimedName> claims;

  Contribution(
      DomainName[] owners,
      int[] types,
      byte[][] data,
      List<Rejection> refused,
      Terms terms,
      List<ClaimedName> claims) {
    this.owners = owners;
    this.types = types;
    this.data = data;
    this.refused = refused;
    this.terms = terms;
    this.claims = claims;
  }

  /** Number of records. */
  public int size() {
    return owners.length;
  }

  /** Owner of one record, in lower case. */
  public DomainName owner(int index) {
    return owners[index];
  }

  /** Type of one record. */
  public int type(int index) {
    return types[index];
  }

  /** Data of one record; shared, to be left alone. */
  public byte[] data(int index) {
    return data[index];
  }

  /** True when these records show only where no other instance has some. */
  public boolean isWeak() {
    return terms.weak();
  }

  /** True when there is neither a record nor a refused one: the subject may have none. */
  public boolean isNothing() {
    return owners.length == 0 && refused.isEmpty();
  }
}
