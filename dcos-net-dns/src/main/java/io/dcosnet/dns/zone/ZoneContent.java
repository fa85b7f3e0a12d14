// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All records of a zone that somebody else wrote down, such as a master file or a primary server,
 * found to be a zone as RFC 1035 §5.2 and RFC 2181 demand, SOA and NS records included.
 *
 * <p><b>Immutable.</b>
 */
public final class ZoneContent {

  private static final long SERIAL_MASK = 0xffff_ffffL;

  private final ZoneApex apex;
  private final long serial;
  private final Map<DomainName, Map<Integer, RecordSet>> names;

  private ZoneContent(ZoneApex apex, long serial, Map<DomainName, Map<Integer, RecordSet>> names) {
    this.apex = apex;
    this.serial = serial;
    this.names = names;
  }

  /** Takes records one by one, in any order. */
  public static Collector of(DomainName origin) {
    return new Collector(origin);
  }

  public ZoneApex apex() {
    return apex;
  }

  /** As the SOA record says. */
  public long serial() {
    return serial;
  }

  /**
   * The zone with these records, which shares with {@code before} all that is the same there. Its
   * serial is that of the content if it is later than that of {@code before}, else the next one.
   *
   * @param before null when there is none
   * @return {@code before} itself when the records are the same and the serial is not later
   */
  public ZoneSnapshot onto(@Nullable ZoneSnapshot before) {
    ZoneSnapshot start =
        before == null ? ZoneSnapshot.empty(apex, (serial - 1) & SERIAL_MASK) : before;
    ZoneSnapshot.Edit edit = start.edit();
    edit.apex(apex);
    edit.wildcards(names.keySet().stream().anyMatch(ZoneContent::isWildcard));
    if (before != null) {
      removeWhatIsGone(before, edit);
    }
    names.forEach((name, sets) -> sets.values().forEach(set -> edit.put(name, set)));
    if (before == null || (int) (serial - before.serial()) > 0) {
      edit.renumber();
    }
    return edit.commit(serial);
  }

  private static boolean isWildcard(DomainName name) {
    return name.octet(0) == 1 && name.octet(1) == '*';
  }

  private void removeWhatIsGone(ZoneSnapshot before, ZoneSnapshot.Edit edit) {
    before.forEach(
        node -> {
          boolean isApex = node.name().equals(apex.origin());
          Map<Integer, RecordSet> kept = names.getOrDefault(node.name(), Map.of());
          for (RecordSet set : node.sets()) {
            boolean ofApex = set.type() == RecordType.SOA || set.type() == RecordType.NS;
            if (!(isApex && ofApex) && !kept.containsKey(set.type())) {
              edit.remove(node.name(), set.type());
            }
          }
        });
  }

  /** Records on their way into a zone. <b>Confined to</b> one thread. */
  public static final class Collector {
    private final DomainName origin;
    private final Map<DomainName, Map<Integer, List<ZoneRecord>>> names = new HashMap<>();
    private @Nullable ZoneRecord soa;

    private Collector(DomainName origin) {
      this.origin = requireNonNull(origin, "origin");
    }

    /**
     * Takes one record. Records of one set get the lowest TTL among them (RFC 2181 §5.2).
     *
     * @throws IllegalArgumentException when the zone cannot have it beside what it has
     */
    public void add(ZoneRecord record) {
      int type = record.type();
      if (!record.owner().isUnder(origin)) {
        throw refused(record.owner(), "at or below " + origin);
      }
      if (RecordType.isMeta(type) || type == 0) {
        throw refused(record.owner(), "no record of type " + RecordType.name(type));
      }
      if (type == RecordType.SOA) {
        addSoa(record);
        return;
      }
      Map<Integer, List<ZoneRecord>> sets =
          names.computeIfAbsent(record.owner(), key -> new TreeMap<>());
      checkAlias(record, sets);
      sets.computeIfAbsent(type, key -> new ArrayList<>(1)).add(record);
    }

    private void addSoa(ZoneRecord record) {
      if (!record.owner().equals(origin)) {
        throw refused(record.owner(), "SOA of " + origin + " only");
      }
      if (soa != null && !soa.equals(record)) {
        throw refused(origin, "one SOA record");
      }
      checkAlias(record, names.getOrDefault(origin, Map.of()));
      soa = record;
    }

    /** RFC 2181 §10.1, RFC 6672 §2.4: one CNAME and nothing else but what signs it; one DNAME. */
    private void checkAlias(ZoneRecord record, Map<Integer, List<ZoneRecord>> sets) {
      int type = record.type();
      boolean single = type == RecordType.CNAME || type == RecordType.DNAME;
      List<ZoneRecord> same = sets.get(type);
      if (single && same != null && !sameData(same.get(0), record)) {
        throw refused(record.owner(), "one " + RecordType.name(type));
      }
      boolean apex = soa != null && record.owner().equals(origin);
      boolean beside =
          apex || sets.keySet().stream().anyMatch(other -> !maySignAlias(other) && other != type);
      boolean alias = sets.containsKey(RecordType.CNAME) && type != RecordType.CNAME;
      if ((type == RecordType.CNAME && beside) || (alias && !maySignAlias(type))) {
        throw refused(record.owner(), "no other records beside a CNAME");
      }
    }

    private static boolean sameData(ZoneRecord one, ZoneRecord other) {
      return Arrays.equals(one.data(), other.data());
    }

    private static boolean maySignAlias(int type) {
      return type == RecordType.RRSIG || type == RecordType.NSEC;
    }

    private static IllegalArgumentException refused(DomainName name, String expected) {
      return new IllegalArgumentException(name + " (expected: " + expected + ")");
    }

    /**
     * The zone of all records.
     *
     * @throws IllegalArgumentException without SOA or NS record
     */
    public ZoneContent build() {
      ZoneRecord head = soa;
      if (head == null) {
        throw refused(origin, "a SOA record");
      }
      Map<Integer, List<ZoneRecord>> own = names.getOrDefault(origin, Map.of());
      List<ZoneRecord> servers = own.get(RecordType.NS);
      if (servers == null) {
        throw refused(origin, "a NS record at least");
      }
      Map<DomainName, Map<Integer, RecordSet>> sets = new HashMap<>();
      names.forEach((name, records) -> sets.put(name, setsOf(records)));
      requireNonNull(sets.get(origin)).remove(RecordType.NS);
      return new ZoneContent(SoaData.apex(head, servers), SoaData.serial(head.data()), sets);
    }

    private static Map<Integer, RecordSet> setsOf(Map<Integer, List<ZoneRecord>> records) {
      Map<Integer, RecordSet> sets = new TreeMap<>();
      records.forEach((type, list) -> sets.put(type, setOf(type, list)));
      return sets;
    }

    private static RecordSet setOf(int type, List<ZoneRecord> records) {
      int ttl = records.stream().mapToInt(ZoneRecord::ttlSeconds).min().orElseThrow();
      return RecordSet.of(type, ttl, records.stream().map(ZoneRecord::data).toList());
    }
  }
}
