// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.transfer.MesosCopyZone.Copy;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Follows a zone of this process, at a cost that follows its changes. Its origins are not those of
 * the copy: ask the zone itself.
 */
final class ZoneSource implements MesosCopyZone.Source {

  private final Zone zone;

  ZoneSource(Zone zone) {
    this.zone = requireNonNull(zone, "zone");
  }

  @Override
  public Subscription begin(Surroundings surroundings, DnsMetrics metrics, Copy copy) {
    SuffixCopy rewriting = new SuffixCopy(zone.origin(), copy.origin());
    Subscription changes =
        zone.watch(
            surroundings.executor(), (before, after) -> take(before, after, rewriting, copy));
    Subscription source = zone.follow(surroundings);
    return () -> {
      changes.close();
      source.close();
    };
  }

  private static void take(
      @Nullable ZoneSnapshot before, ZoneSnapshot after, SuffixCopy rewriting, Copy copy) {
    ZoneSnapshot present = copy.present(after.serial());
    ZoneSnapshot.Edit edit = present.edit();
    edit.partial(after.isPartial());
    if (before == null) {
      // A new following: what went away since the last one is not told any more.
      present.forEach(node -> remove(node, edit));
      after.forEach(node -> put(null, node, rewriting, edit));
    } else {
      after.forEachChange(before, (old, now) -> put(old, now, rewriting, edit));
    }
    copy.publish(edit, after.serial());
  }

  private static void remove(ZoneNode node, ZoneSnapshot.Edit edit) {
    SuffixCopy.TYPES.forEach(type -> edit.remove(node.name(), type));
  }

  private static void put(
      @Nullable ZoneNode old,
      @Nullable ZoneNode now,
      SuffixCopy rewriting,
      ZoneSnapshot.Edit edit) {
    ZoneNode some = now == null ? requireNonNull(old) : now;
    DomainName name = rewriting.name(some.name());
    if (name == null) {
      return; // too long below the other suffix
    }
    for (int type : SuffixCopy.TYPES) {
      RecordSet set = now == null ? null : now.set(type);
      RecordSet rewritten = set == null ? null : rewriting.set(set);
      if (rewritten == null) {
        edit.remove(name, type);
      } else {
        edit.put(name, rewritten);
      }
    }
  }
}
