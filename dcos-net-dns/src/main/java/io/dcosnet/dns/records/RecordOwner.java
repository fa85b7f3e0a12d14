// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.Contribution.Claim;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of one name with the number of those who want them. <b>Confined to</b> one thread.
 */
final class RecordOwner {

  /** Types that generators make. */
  static final int[] TYPES = {RecordType.A, RecordType.AAAA, RecordType.SRV};

  private static final byte[][] NOTHING = {};
  private static final byte[] NOTHING_AT_ALL = {};

  final DomainName name;
  private @Nullable Cell first;

  /** How often records are wanted by subjects that are not weak. */
  private int strong;

  private @Nullable Map<Claim, Integer> claims;

  RecordOwner(DomainName name) {
    this.name = name;
  }

  /** The data of one type, sorted, with the counts of those who want it. */
  private static final class Cell {
    final int type;
    @Nullable Cell next;
    byte[][] data = new byte[1][];
    int[] strong = new int[1];
    int @Nullable [] weak; // most cells have none
    int size;

    Cell(int type) {
      this.type = type;
    }

    int find(byte[] wanted) {
      return Arrays.binarySearch(data, 0, size, wanted, Arrays::compareUnsigned);
    }

    int insert(int at, byte[] added) {
      if (size == data.length) {
        int capacity = size + (size >> 1) + 1;
        data = Arrays.copyOf(data, capacity);
        strong = Arrays.copyOf(strong, capacity);
        weak = weak == null ? null : Arrays.copyOf(weak, capacity);
      }
      shift(at, at + 1);
      data[at] = added;
      strong[at] = 0;
      if (weak != null) {
        weak[at] = 0;
      }
      size++;
      return at;
    }

    void delete(int at) {
      shift(at + 1, at);
      size--;
      data[size] = NOTHING_AT_ALL; // lets go of what was there
    }

    private void shift(int from, int to) {
      System.arraycopy(data, from, data, to, size - from);
      System.arraycopy(strong, from, strong, to, size - from);
      if (weak != null) {
        System.arraycopy(weak, from, weak, to, size - from);
      }
    }

    int weakAt(int at) {
      return weak == null ? 0 : weak[at];
    }

    void addWeak(int at, int difference) {
      int[] counts = weak == null ? new int[data.length] : weak;
      counts[at] += difference;
      weak = counts;
    }
  }

  /** Returns true when what is served may have changed. */
  boolean add(int type, byte[] data, boolean isWeak) {
    Cell cell = cell(type);
    int found = cell.find(data);
    int at = found >= 0 ? found : cell.insert(-found - 1, data);
    if (isWeak) {
      cell.addWeak(at, 1);
      return strong == 0;
    }
    cell.strong[at]++;
    return strong++ == 0 || cell.strong[at] == 1;
  }

  /** Returns true when what is served may have changed. */
  boolean remove(int type, byte[] data, boolean isWeak) {
    Cell cell = cell(type);
    int at = cell.find(data);
    if (at < 0) {
      throw new AssertionError("removing a record of " + name + " that was never added");
    }
    boolean visible;
    if (isWeak) {
      cell.addWeak(at, -1);
      visible = strong == 0;
    } else {
      cell.strong[at]--;
      strong--;
      visible = strong == 0 || cell.strong[at] == 0;
    }
    if (cell.strong[at] == 0 && cell.weakAt(at) == 0) {
      cell.delete(at);
    }
    return visible;
  }

  private Cell cell(int type) {
    for (Cell cell = first; cell != null; cell = cell.next) {
      if (cell.type == type) {
        return cell;
      }
    }
    Cell added = new Cell(type);
    added.next = first;
    first = added;
    return added;
  }

  void claim(Claim claim) {
    if (claims == null) {
      claims = new HashMap<>(2); // hardly any name is wanted for two things
    }
    claims.merge(claim, 1, Integer::sum);
  }

  void release(Claim claim) {
    if (claims != null) {
      claims.computeIfPresent(claim, (key, count) -> count == 1 ? null : count - 1);
    }
  }

  boolean isContested() {
    return claims != null && claims.size() > 1;
  }

  List<Claim> claims() {
    return claims == null ? List.of() : claims.keySet().stream().sorted().toList();
  }

  boolean isUnused() {
    for (Cell cell = first; cell != null; cell = cell.next) {
      if (cell.size > 0) {
        return false;
      }
    }
    return claims == null || claims.isEmpty();
  }

  /** The data of this type that shows, sorted; names in it that differ in case only are two. */
  byte[][] visible(int type) {
    Cell cell = first;
    while (cell != null && cell.type != type) {
      cell = cell.next;
    }
    if (cell == null || cell.size == 0) {
      return NOTHING;
    }
    if (strong == 0) {
      return Arrays.copyOf(cell.data, cell.size);
    }
    byte[][] shown = new byte[cell.size][];
    int count = 0;
    for (int i = 0; i < cell.size; i++) {
      if (cell.strong[i] > 0) {
        shown[count++] = cell.data[i];
      }
    }
    return count == shown.length ? shown : Arrays.copyOf(shown, count);
  }

  /** As {@link #visible}, where what means the same in DNS is there once. */
  byte[][] served(int type) {
    byte[][] shown = visible(type);
    if (type != RecordType.SRV || shown.length < 2 || !hasUpperCase(shown)) {
      return shown;
    }
    Map<byte[], byte[]> byMeaning = new TreeMap<>(Arrays::compareUnsigned);
    for (byte[] one : shown) {
      byMeaning.putIfAbsent(lowerTarget(one), one);
    }
    List<byte[]> kept = new ArrayList<>(byMeaning.values());
    kept.sort(Arrays::compareUnsigned);
    return kept.toArray(NOTHING);
  }

  private static boolean hasUpperCase(byte[][] services) {
    for (byte[] service : services) {
      if (!Arrays.equals(service, lowerTarget(service))) {
        return true;
      }
    }
    return false;
  }

  private static byte[] lowerTarget(byte[] service) {
    byte[] lowered = service.clone();
    for (int i = Rdata.SRV_TARGET_OFFSET; i < lowered.length; i++) {
      lowered[i] = DomainName.lower(lowered[i]);
    }
    return lowered;
  }
}
