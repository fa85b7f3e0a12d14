// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.Contribution.Claim;
import io.dcosnet.dns.records.table.Contribution.Terms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The records of one name with the number of those who want them. <b>Confined to</b> one thread.
 */
final class RecordOwner implements GeneratedRecords.ListedName {

  final DomainName name;

  /** For the table: whether it is on the list of what changed. */
  boolean changed;

  private @Nullable RecordCell first;

  /** How often records are wanted by subjects that are not weak. */
  private int strong;

  /** How often each TTL is asked for; hardly any name has one of its own. */
  private @Nullable SortedMap<Integer, Integer> ttls;

  /** What the name was wanted for, and how often; hardly any name is wanted for a second thing. */
  private @Nullable Claim claim;

  private int claimants;
  private @Nullable Map<Claim, Integer> otherClaims;

  RecordOwner(DomainName name) {
    this.name = name;
  }

  /** Returns true when what is served may have changed. */
  boolean add(int type, byte[] data, Terms terms) {
    boolean first = cell(type).add(data, terms.weak());
    boolean visible = terms.weak() ? strong == 0 : first || strong == 0;
    strong += terms.weak() ? 0 : 1;
    return noteTtl(terms, 1) || visible;
  }

  /** Returns true when what is served may have changed. */
  boolean remove(int type, byte[] data, Terms terms) {
    boolean last = cell(type).remove(data, terms.weak());
    strong -= terms.weak() ? 0 : 1;
    return noteTtl(terms, -1) || last || strong == 0;
  }

  /** Returns true when the TTL changed. */
  private boolean noteTtl(Terms terms, int difference) {
    if (terms.ttlSeconds() == Terms.TTL_OF_ZONE) {
      return false;
    }
    int before = ttlSeconds(Terms.TTL_OF_ZONE);
    SortedMap<Integer, Integer> counts = ttls == null ? new TreeMap<>() : ttls;
    if (counts.merge(terms.ttlSeconds(), difference, Integer::sum) == 0) {
      counts.remove(terms.ttlSeconds());
    }
    ttls = counts.isEmpty() ? null : counts;
    return ttlSeconds(Terms.TTL_OF_ZONE) != before;
  }

  /** The shortest TTL that somebody asks for. */
  int ttlSeconds(int ofZone) {
    return ttls == null ? ofZone : ttls.firstKey();
  }

  /** True when records on these terms are among those that show. */
  boolean shows(Terms terms) {
    return !terms.weak() || strong == 0;
  }

  @Override
  public DomainName name() {
    return name;
  }

  @Override
  public boolean isClaimed() {
    return claim != null || otherClaims != null;
  }

  private RecordCell cell(int type) {
    for (RecordCell cell = first; cell != null; cell = cell.next) {
      if (cell.type == type) {
        return cell;
      }
    }
    RecordCell added = new RecordCell(type);
    added.next = first;
    first = added;
    return added;
  }

  void claim(Claim wish) {
    boolean only = claim == null && otherClaims == null;
    if (only || wish.equals(claim)) {
      claim = wish;
      claimants++;
    } else {
      Map<Claim, Integer> others = otherClaims == null ? new HashMap<>() : otherClaims;
      others.merge(wish, 1, Integer::sum);
      otherClaims = others;
    }
  }

  void release(Claim wish) {
    if (wish.equals(claim)) {
      claimants--;
      claim = claimants == 0 ? null : claim;
    } else if (otherClaims != null) {
      otherClaims.computeIfPresent(wish, (key, count) -> count == 1 ? null : count - 1);
      otherClaims = otherClaims.isEmpty() ? null : otherClaims;
    }
  }

  boolean isContested() {
    int others = otherClaims == null ? 0 : otherClaims.size();
    return others + (claim == null ? 0 : 1) > 1;
  }

  List<Claim> claims() {
    Set<Claim> all = new TreeSet<>();
    if (claim != null) {
      all.add(claim);
    }
    if (otherClaims != null) {
      all.addAll(otherClaims.keySet());
    }
    return List.copyOf(all);
  }

  boolean isUnused() {
    for (RecordCell cell = first; cell != null; cell = cell.next) {
      if (!cell.isEmpty()) {
        return false;
      }
    }
    return !isClaimed();
  }

  /** What is known of one type. */
  interface TypeVisitor {
    void visit(int type, byte[][] data);
  }

  /**
   * Tells the data that shows of each type that the name has or had, sorted, perhaps empty.
   *
   * @param inDns true to leave out what means the same in DNS: names that differ in case only
   */
  void forEachType(boolean inDns, TypeVisitor visitor) {
    for (RecordCell cell = first; cell != null; cell = cell.next) {
      visitor.visit(cell.type, cell.shown(strong > 0, inDns));
    }
  }
}
