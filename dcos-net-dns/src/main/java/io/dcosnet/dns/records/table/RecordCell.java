// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of one name and type with the number of those who want them. It is itself the run of
 * those that are settled, since a large zone has a million cells.
 *
 * <p><b>Confined to</b> one thread.
 */
final class RecordCell extends RecordRun {

  /**
   * Up to here a new record is put in its place at once. In a longer run that would move half of it
   * each time, and a hundred thousand instances of one name would cost their square.
   */
  private static final int LONG_RUN = 4096;

  final int type;
  @Nullable RecordCell next;

  /** What came since the last look; shares nothing with what is settled. */
  private @Nullable RecordRun recent;

  /** How many of the data point to a name that is not in lower case. */
  private int upperCase;

  RecordCell(int type) {
    this.type = type;
  }

  /** Returns true when it is the first who wants it strongly. */
  boolean add(byte[] wanted, boolean isWeak) {
    RecordRun run = this;
    int at = run.find(wanted);
    if (at < 0 && recent != null) {
      run = recent;
      at = run.find(wanted);
    }
    if (at < 0) {
      if (run.size() >= LONG_RUN) {
        settle();
        run = new RecordRun();
        recent = run;
        at = -1;
      }
      at = -at - 1;
      run.insert(at, wanted);
      upperCase += hasUpperCase(type, wanted) ? 1 : 0;
    }
    if (isWeak) {
      run.addWeak(at, 1);
      return false;
    }
    run.addStrong(at, 1);
    return run.strong(at) == 1;
  }

  private void settle() {
    if (recent != null) {
      merge(recent);
      recent = null;
    }
  }

  /** Returns true when it was the last who wanted it strongly. */
  boolean remove(byte[] wanted, boolean isWeak) {
    RecordRun run = this;
    int at = run.find(wanted);
    if (at < 0 && recent != null) {
      run = recent;
      at = run.find(wanted);
    }
    if (at < 0) {
      throw new AssertionError("removing a record that was never added");
    }
    if (isWeak) {
      run.addWeak(at, -1);
    } else {
      run.addStrong(at, -1);
    }
    boolean last = !isWeak && run.strong(at) == 0;
    if (run.isUnwanted(at)) {
      upperCase -= hasUpperCase(type, run.data(at)) ? 1 : 0;
      run.delete(at);
    }
    return last;
  }

  boolean isEmpty() {
    return size() == 0 && (recent == null || recent.size() == 0);
  }

  /**
   * The data that shows, sorted.
   *
   * @param strongOnly true to leave out what is wanted weakly only
   * @param inDns true to leave out what means the same in DNS: names that differ in case only
   */
  byte[][] shown(boolean strongOnly, boolean inDns) {
    settle();
    byte[][] shown = shown(strongOnly);
    return inDns && upperCase > 0 ? withoutTwins(shown) : shown;
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
