// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All records of a zone at one moment.
 *
 * <p>A new snapshot comes from an {@link #edit} of the one before and shares with it all that did
 * not change: its cost follows the change, not the zone. Names are found whatever their case.
 *
 * <p><b>Immutable.</b>
 */
public final class ZoneSnapshot {

  private static final long SERIAL_MASK = 0xffff_ffffL;

  private final ZoneApex apex;
  private final NameTrie names;
  private final long serial;
  private final RecordSet negativeSoa;
  private final int nameCount;
  private final long recordCount;
  private final boolean partial;

  private ZoneSnapshot(
      ZoneApex apex,
      NameTrie names,
      long serial,
      int nameCount,
      long recordCount,
      boolean partial) {
    this.apex = apex;
    this.names = names;
    this.serial = serial;
    this.nameCount = nameCount;
    this.recordCount = recordCount;
    this.partial = partial;
    this.negativeSoa =
        RecordSet.of(RecordType.SOA, apex.negativeTtlSeconds(), Rdata.soa(apex, serial));
  }

  /**
   * A zone that has only its SOA and NS records.
   *
   * @param serial 0 up to 2^32-1
   */
  public static ZoneSnapshot empty(ZoneApex apex, long serial) {
    return new ZoneSnapshot(apex, withApex(NameTrie.EMPTY, apex, serial), serial, 0, 0, false);
  }

  private static NameTrie withApex(NameTrie names, ZoneApex apex, long serial) {
    ZoneNode found = names.find(apex.origin());
    ZoneNode node = found == null ? ZoneNode.empty(apex.origin()) : found;
    node = node.with(RecordSet.of(RecordType.SOA, apex.soaTtlSeconds(), Rdata.soa(apex, serial)));
    if (!apex.nameServers().isEmpty() && node.set(RecordType.NS) == null) {
      List<byte[]> servers = apex.nameServers().stream().map(Rdata::name).toList();
      node = node.with(RecordSet.of(RecordType.NS, apex.nsTtlSeconds(), servers));
    }
    NameTrie.Edit edit = new NameTrie.Edit(names);
    edit.put(node);
    return edit.freeze();
  }

  public ZoneApex apex() {
    return apex;
  }

  public DomainName origin() {
    return apex.origin();
  }

  /** 0 up to 2^32-1; grows with each change (RFC 1982). */
  public long serial() {
    return serial;
  }

  /**
   * True while the source knows of more than it has told: a missing name may exist, so it must not
   * be denied. What is there is right.
   */
  public boolean isPartial() {
    return partial;
  }

  /** Number of names with records, the apex not counted. */
  public int nameCount() {
    return nameCount;
  }

  /** Number of records, SOA and NS of the apex not counted. */
  public long recordCount() {
    return recordCount;
  }

  /** The SOA record for negative answers, whose TTL says how long they hold (RFC 2308 §5). */
  public RecordSet negativeSoa() {
    return negativeSoa;
  }

  /** The node of a name, null when neither it nor anything below it exists. */
  public @Nullable ZoneNode find(DomainName name) {
    return names.find(name);
  }

  /** As {@link #find(DomainName)} for a name as it lies in a message, uncompressed. */
  public @Nullable ZoneNode find(byte[] octets, int offset, int length) {
    return names.find(octets, offset, length, DomainName.hash(octets, offset, length));
  }

  /** All names that exist, empty non-terminals and the apex among them, in no particular order. */
  public void forEach(Consumer<ZoneNode> action) {
    names.forEach(action);
  }

  /** As {@link #forEach}, sorted by name, the apex first. */
  public List<ZoneNode> sorted() {
    List<ZoneNode> nodes = new ArrayList<>();
    names.forEach(nodes::add);
    nodes.sort(Comparator.comparing(ZoneNode::name));
    return nodes;
  }

  /**
   * Calls for each name that came, went or changed since {@code before}, in no particular order;
   * perhaps also for some that only look different inside. Cost follows the change, not the zones,
   * when one came from the other by edits.
   */
  public void forEachChange(ZoneSnapshot before, NodeChange action) {
    NameTrie.forEachChange(before.names, names, action);
  }

  /** True when both hold the same records, whatever their serials. */
  public boolean sameRecords(ZoneSnapshot other) {
    boolean alike =
        apex.equals(other.apex) && nameCount == other.nameCount && recordCount == other.recordCount;
    return alike && withoutSerial().equals(other.withoutSerial());
  }

  private Map<DomainName, ZoneNode> withoutSerial() {
    Map<DomainName, ZoneNode> nodes = new HashMap<>();
    names.forEach(node -> nodes.put(node.name(), node));
    nodes.computeIfPresent(origin(), (name, node) -> node.without(RecordType.SOA));
    return nodes;
  }

  private ZoneSnapshot withPartial(boolean isPartial) {
    return new ZoneSnapshot(apex, names, serial, nameCount, recordCount, isPartial);
  }

  /** Begins a change of this snapshot, which itself stays as it is. */
  public Edit edit() {
    return new Edit(this);
  }

  @Override
  public String toString() {
    return "ZoneSnapshot["
        + origin()
        + " serial="
        + serial
        + " names="
        + nameCount
        + " records="
        + recordCount
        + "]";
  }

  /** A change under way. <b>Confined to</b> one thread. */
  public static final class Edit {
    private final ZoneSnapshot before;
    private final NameTrie.Edit names;

    // By depth, deepest first, how many children each parent got more or fewer. Until they are
    // settled a parent's own count is that of the snapshot before, whatever came and went.
    private final NavigableMap<Integer, Map<DomainName, Integer>> children =
        new TreeMap<>(Comparator.reverseOrder());

    private int nameCount;
    private long recordCount;
    private boolean changed;
    private boolean partial;

    private Edit(ZoneSnapshot before) {
      this.before = before;
      this.names = new NameTrie.Edit(before.names);
      this.nameCount = before.nameCount;
      this.recordCount = before.recordCount;
      this.partial = before.partial;
    }

    /** Says whether names may be missing, see {@link ZoneSnapshot#isPartial}. */
    public void partial(boolean isPartial) {
      partial = isPartial;
    }

    /**
     * Puts the set in place of what the name has of its type.
     *
     * @throws IllegalArgumentException for a name outside the zone, or SOA or NS of the apex
     */
    public void put(DomainName name, RecordSet set) {
      check(name, set.type());
      ZoneNode found = names.find(name);
      ZoneNode node = found == null ? ZoneNode.empty(name) : found;
      RecordSet old = node.set(set.type());
      if (old != null && set.equals(old)) {
        return;
      }
      recordCount += set.size() - (old == null ? 0 : old.size());
      nameCount += node.isEmptyNonTerminal() ? 1 : 0;
      names.put(node.with(set));
      changed = true;
      if (found == null) {
        countChild(name, 1);
      }
    }

    /** Removes what the name has of this type, if anything; same errors as {@link #put}. */
    public void remove(DomainName name, int type) {
      check(name, type);
      ZoneNode node = names.find(name);
      RecordSet old = node == null ? null : node.set(type);
      if (node == null || old == null) {
        return;
      }
      recordCount -= old.size();
      ZoneNode rest = node.without(type);
      nameCount -= rest.isEmptyNonTerminal() ? 1 : 0;
      changed = true;
      if (rest.isVoid()) {
        names.remove(name);
        countChild(name, -1);
      } else {
        names.put(rest);
      }
    }

    private void check(DomainName name, int type) {
      requireNonNull(name, "name");
      if (!name.isUnder(before.origin())) {
        throw new IllegalArgumentException(
            "name: " + name + " (expected: at or below " + before.origin() + ")");
      }
      boolean ofApex = type == RecordType.SOA || type == RecordType.NS;
      if (ofApex && name.equals(before.origin())) {
        throw new IllegalArgumentException(
            RecordType.name(type) + " of " + name + " (expected: left to the zone itself)");
      }
    }

    /** Notes that a name right below its parent came or went. */
    private void countChild(DomainName name, int difference) {
      if (!name.equals(before.origin())) {
        int depth = name.labelCount() - 1;
        children
            .computeIfAbsent(depth, key -> new HashMap<>())
            .merge(name.parent(), difference, Integer::sum);
      }
    }

    /** Brings in and takes out the names that exist because of others, deepest first. */
    private void settleChildren() {
      while (!children.isEmpty()) {
        children.pollFirstEntry().getValue().forEach(this::settleChildren);
      }
    }

    private void settleChildren(DomainName parent, int difference) {
      if (difference == 0) {
        return;
      }
      ZoneNode found = names.find(parent);
      ZoneNode node = (found == null ? ZoneNode.empty(parent) : found).withChildren(difference);
      if (!node.isVoid()) {
        names.put(node);
        if (found == null) {
          countChild(parent, 1);
        }
      } else if (found != null) {
        names.remove(parent);
        countChild(parent, -1);
      }
    }

    /**
     * The zone with all changes; the snapshot it came from when nothing really changed. The edit
     * must not be used any more.
     *
     * @param eventSeconds Unix time of the newest event behind the change; the serial is that, or
     *     one more than before if that is greater, so that two servers of equal sources agree
     */
    public ZoneSnapshot commit(long eventSeconds) {
      if (!changed) {
        boolean same = partial == before.partial;
        return same ? before : before.withPartial(partial);
      }
      settleChildren();
      long next = (before.serial + 1) & SERIAL_MASK;
      long event = eventSeconds & SERIAL_MASK;
      long serial = isLater(event, next) ? event : next;
      NameTrie trie = withApex(names.freeze(), before.apex, serial);
      return new ZoneSnapshot(before.apex, trie, serial, nameCount, recordCount, partial);
    }

    /** RFC 1982 §3.2. */
    private static boolean isLater(long serial, long other) {
      return (int) (serial - other) > 0;
    }
  }
}
