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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The records of one name with the number of those who want them. <b>Confined to</b> one thread.
 */
final class RecordOwner {

  private static final byte[] NOTHING_AT_ALL = {};

  final DomainName name;

  /** For the table: whether it is on the list of what changed. */
  boolean changed;

  private @Nullable Cell first;

  /** How often records are wanted by subjects that are not weak. */
  private int strong;

  /** What the name was wanted for, and how often; hardly any name is wanted for a second thing. */
  private @Nullable Claim claim;

  private int claimants;
  private @Nullable Map<Claim, Integer> otherClaims;

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

    /** How many of the data point to a name that is not in lower case. */
    int upperCase;

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
      upperCase += hasUpperCase(type, added) ? 1 : 0;
      return at;
    }

    void delete(int at) {
      upperCase -= hasUpperCase(type, data[at]) ? 1 : 0;
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
    for (Cell cell = first; cell != null; cell = cell.next) {
      if (cell.size > 0) {
        return false;
      }
    }
    return claim == null && otherClaims == null;
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
    for (Cell cell = first; cell != null; cell = cell.next) {
      byte[][] shown = visible(cell);
      visitor.visit(cell.type, inDns && cell.upperCase > 0 ? withoutTwins(shown) : shown);
    }
  }

  private byte[][] visible(Cell cell) {
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

  private static byte[][] withoutTwins(byte[][] services) {
    Map<byte[], byte[]> byMeaning = new TreeMap<>(Arrays::compareUnsigned);
    for (byte[] one : services) {
      byMeaning.putIfAbsent(lowerTarget(one), one);
    }
    List<byte[]> kept = new ArrayList<>(byMeaning.values());
    kept.sort(Arrays::compareUnsigned);
    return kept.toArray(new byte[0][]);
  }

  private static boolean hasUpperCase(int type, byte[] data) {
    if (type == RecordType.SRV) {
      for (int i = Rdata.SRV_TARGET_OFFSET; i < data.length; i++) {
        if (data[i] != DomainName.lower(data[i])) {
          return true;
        }
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
