// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import io.dcosnet.dns.zone.RecordSet;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What came and went between two sets of one type. Names such as {@code slave.mesos} have thousands
 * of addresses, of which one changes. Every method is a pure function.
 */
final class AddressDifference {

  private AddressDifference() {}

  /** Tells the data of each record that only one of the sets has; both are sorted. */
  static void of(
      @Nullable RecordSet before,
      @Nullable RecordSet after,
      Consumer<byte[]> gone,
      Consumer<byte[]> come) {
    int olds = before == null ? 0 : before.size();
    int news = after == null ? 0 : after.size();
    int i = 0;
    int j = 0;
    while (i < olds || j < news) {
      byte[] old = before == null || i == olds ? null : data(before, i);
      byte[] now = after == null || j == news ? null : data(after, j);
      int order = old == null ? 1 : now == null ? -1 : Arrays.compareUnsigned(old, now);
      if (order < 0 && old != null) {
        gone.accept(old);
      } else if (order > 0 && now != null) {
        come.accept(now);
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
  }

  private static byte[] data(RecordSet set, int index) {
    byte[] data = new byte[set.dataLength(index)];
    set.copyData(index, data, 0);
    return data;
  }
}
