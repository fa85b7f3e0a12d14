// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a zone got from one serial to another. The SOA record of the zone, which changes each time,
 * is left out. <b>Immutable.</b>
 *
 * @param serialBefore {@link #NO_SERIAL} when this is the whole zone
 * @param isPartial whether the zone, as it is now, may lack names that exist
 * @param changes each owner and type once, in no particular order: a whole zone may have a million
 */
public record ZoneDelta(
    DomainName zone,
    long serialBefore,
    long serialAfter,
    boolean isPartial,
    List<RecordSetChange> changes) {

  /** Serial of what a whole zone is compared with. */
  public static final long NO_SERIAL = -1;

  public ZoneDelta {
    requireNonNull(zone, "zone");
    changes = List.copyOf(changes);
  }

  /**
   * The difference of two snapshots of one zone. Cost follows the change, not the zone, when one
   * came from the other by edits.
   *
   * @param before null for the whole zone
   */
  public static ZoneDelta between(@Nullable ZoneSnapshot before, ZoneSnapshot after) {
    List<RecordSetChange> changes = new ArrayList<>();
    if (before == null) {
      after.forEach(node -> addChanges(null, node, after.origin(), changes));
    } else if (before.origin().equals(after.origin())) {
      after.forEachChange(before, (old, node) -> addChanges(old, node, after.origin(), changes));
    } else {
      throw new IllegalArgumentException(
          "zone: " + after.origin() + " (expected: " + before.origin() + ")");
    }
    return new ZoneDelta(
        after.origin(),
        before == null ? NO_SERIAL : before.serial(),
        after.serial(),
        after.isPartial(),
        changes);
  }

  private static void addChanges(
      @Nullable ZoneNode before,
      @Nullable ZoneNode after,
      DomainName origin,
      List<RecordSetChange> changes) {
    if (after != null) {
      for (RecordSet set : after.sets()) {
        RecordSet was = before == null ? null : before.set(set.type());
        if (was == null || !set.equals(was)) {
          add(after.name(), set.type(), new Change<>(was, set), origin, changes);
        }
      }
    }
    if (before != null) {
      for (RecordSet set : before.sets()) {
        if (after == null || after.set(set.type()) == null) {
          add(before.name(), set.type(), Change.removed(set), origin, changes);
        }
      }
    }
  }

  private static void add(
      DomainName owner,
      int type,
      Change<RecordSet> change,
      DomainName origin,
      List<RecordSetChange> changes) {
    if (type != RecordType.SOA || !owner.equals(origin)) {
      changes.add(new RecordSetChange(owner, type, change));
    }
  }

  /** True when the changes are all records that there are, to be put in place of others. */
  public boolean isWhole() {
    return serialBefore == NO_SERIAL;
  }
}
