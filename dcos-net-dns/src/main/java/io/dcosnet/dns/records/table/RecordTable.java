// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.Contribution.Claim;
import io.dcosnet.dns.records.table.Contribution.ClaimedName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records of a zone by owner, each with the number of subjects that want it: a subject comes,
 * changes or goes at the cost of its own records, and what two subjects share stays until the last
 * one is gone.
 *
 * <p><b>Confined to</b> one thread.
 */
final class RecordTable {

  private final int ttlSeconds;
  private final int maxRecordsPerName;

  /** The one name that may lie outside the zone, where it can be listed but not served. */
  private final @Nullable DomainName outside;

  private final Map<Object, Contribution> subjects = new HashMap<>();
  private Map<DomainName, RecordOwner> owners = new HashMap<>();
  private final List<RecordOwner> changed = new ArrayList<>();
  private final Set<RecordOwner> contested = new LinkedHashSet<>();
  private final Set<RecordOwner> overfull = new LinkedHashSet<>();

  private final Map<RefusalCode, Integer> newRefusals = new EnumMap<>(RefusalCode.class);

  /**
   * @param ttlSeconds of names that nobody wants with another TTL
   * @param maxRecordsPerName most records of one name and type that are served
   * @param outside the one name that may lie outside the zone; null when none does
   */
  RecordTable(int ttlSeconds, int maxRecordsPerName, @Nullable DomainName outside) {
    this.ttlSeconds = ttlSeconds;
    this.maxRecordsPerName = maxRecordsPerName;
    this.outside = outside;
  }

  /** Makes room for so many owners, so that a whole zone is built without growing step by step. */
  void expect(int ownerCount) {
    if (owners.size() < ownerCount / 2) {
      Map<DomainName, RecordOwner> roomy = new HashMap<>(ownerCount * 4 / 3);
      roomy.putAll(owners);
      owners = roomy;
    }
  }

  /** Puts what the subject contributes in place of what it contributed before. */
  void replace(Object subject, Contribution next) {
    boolean nothing = next.owners.length == 0 && next.refused.isEmpty() && next.claims.isEmpty();
    Contribution before = nothing ? subjects.remove(subject) : subjects.put(subject, next);
    // The new one first, so that shared records do not go and come.
    add(next);
    if (before != null) {
      remove(before);
    }
  }

  private void add(Contribution contribution) {
    for (Rejection refusal : contribution.refused) {
      newRefusals.merge(RefusalCode.valueOf(refusal.code()), 1, Integer::sum);
    }
    for (int i = 0; i < contribution.owners.length; i++) {
      RecordOwner owner = owners.computeIfAbsent(contribution.owners[i], RecordOwner::new);
      contribution.owners[i] = owner.name; // one object for each name
      if (owner.add(contribution.types[i], contribution.data[i], contribution.terms)) {
        noteChange(owner);
      }
    }
    for (ClaimedName claimed : contribution.claims) {
      RecordOwner owner = owners.computeIfAbsent(claimed.owner(), RecordOwner::new);
      owner.claim(claimed.claim());
      note(contested, owner, owner.isContested());
    }
  }

  private void remove(Contribution contribution) {
    for (int i = 0; i < contribution.owners.length; i++) {
      RecordOwner owner = owners.get(contribution.owners[i]);
      boolean visible =
          owner != null
              && owner.remove(contribution.types[i], contribution.data[i], contribution.terms);
      if (owner != null && visible) {
        noteChange(owner);
      }
    }
    for (ClaimedName claimed : contribution.claims) {
      RecordOwner owner = owners.get(claimed.owner());
      if (owner != null) {
        owner.release(claimed.claim());
        note(contested, owner, owner.isContested());
      }
    }
    forgetUnused(contribution);
  }

  private void noteChange(RecordOwner owner) {
    if (!owner.changed) {
      owner.changed = true;
      changed.add(owner);
    }
  }

  private void forgetUnused(Contribution contribution) {
    for (DomainName name : contribution.owners) {
      owners.computeIfPresent(name, (key, owner) -> owner.isUnused() ? null : owner);
    }
    for (ClaimedName claimed : contribution.claims) {
      owners.computeIfPresent(claimed.owner(), (key, owner) -> owner.isUnused() ? null : owner);
    }
  }

  /** Writes what changed since the last call. */
  void flush(ZoneSnapshot.Edit edit) {
    for (RecordOwner owner : changed) {
      owner.changed = false;
      boolean served = outside == null || !owner.name.equals(outside);
      if (served) {
        flush(owner, edit);
      }
    }
    changed.clear();
  }

  private void flush(RecordOwner owner, ZoneSnapshot.Edit edit) {
    boolean[] cut = {false};
    owner.forEachType(
        true,
        (type, data) -> {
          cut[0] |= data.length > maxRecordsPerName;
          if (data.length == 0) {
            edit.remove(owner.name, type);
          } else {
            edit.put(owner.name, set(owner, type, data));
          }
        });
    note(overfull, owner, cut[0]);
  }

  private RecordSet set(RecordOwner owner, int type, byte[][] sorted) {
    byte[][] kept = sorted;
    if (sorted.length > maxRecordsPerName) {
      kept = Arrays.copyOf(sorted, maxRecordsPerName);
    }
    return RecordSet.ofSorted(type, owner.ttlSeconds(ttlSeconds), kept);
  }

  private static void note(Set<RecordOwner> set, RecordOwner owner, boolean belongs) {
    if (belongs) {
      set.add(owner);
    } else {
      set.remove(owner);
    }
  }

  Map<RefusalCode, Integer> takeRefusalCounts() {
    Map<RefusalCode, Integer> taken = new EnumMap<>(newRefusals);
    newRefusals.clear();
    return taken;
  }

  int collisionCount() {
    return contested.size();
  }

  /** All owners, in no particular order. */
  Collection<RecordOwner> owners() {
    return owners.values();
  }

  /** Who wants a record. */
  interface WishVisitor {
    void visit(Object subject, int type, byte[] data);
  }

  /**
   * Tells who wants the records that show of a name. Looks at what every subject contributes, some
   * milliseconds in a large cluster: remembering it for every record would cost far more, for a
   * question that a person asks now and then.
   */
  void forEachWish(DomainName name, WishVisitor visitor) {
    RecordOwner owner = owners.get(name);
    if (owner != null) {
      subjects.forEach((subject, contribution) -> visit(owner, subject, contribution, visitor));
    }
  }

  @SuppressWarnings("ReferenceEquality") // one object for each name, see add
  private static void visit(
      RecordOwner owner, Object subject, Contribution contribution, WishVisitor visitor) {
    if (owner.shows(contribution.terms)) {
      for (int i = 0; i < contribution.owners.length; i++) {
        if (contribution.owners[i] == owner.name) {
          visitor.visit(subject, contribution.types[i], contribution.data[i]);
        }
      }
    }
  }

  /** What could not become a record, in no particular order. */
  List<Rejection> refused() {
    List<Rejection> all = new ArrayList<>();
    subjects.values().forEach(contribution -> all.addAll(contribution.refused));
    for (RecordOwner owner : overfull) {
      String detail = "more than " + maxRecordsPerName + " records of one type are not served";
      all.add(
          new Rejection(
              "name", owner.name.toString(), RefusalCode.TOO_MANY_RECORDS.name(), detail));
    }
    return all;
  }

  /** Names that subjects wanted for different things, with those. */
  Map<DomainName, List<Claim>> collisions() {
    Map<DomainName, List<Claim>> collisions = new HashMap<>();
    contested.forEach(owner -> collisions.put(owner.name, owner.claims()));
    return collisions;
  }
}
