// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.linux.bpf.BpfMap;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What this path needs of a map in the kernel; see {@link BpfMap}. */
interface EntryMap {

  Optional<byte[]> get(byte[] key);

  /** The place of the first that there is no room for, and behind it nothing was put either. */
  OptionalInt putAll(List<Map.Entry<byte[], byte[]>> entries);

  void removeAll(Collection<byte[]> keys);

  List<Map.Entry<byte[], byte[]>> entries();

  /** One in the kernel. */
  static EntryMap of(BpfMap map) {
    return new EntryMap() {
      @Override
      public Optional<byte[]> get(byte[] key) {
        return map.get(key);
      }

      @Override
      public OptionalInt putAll(List<Map.Entry<byte[], byte[]>> entries) {
        return map.putAll(entries);
      }

      @Override
      public void removeAll(Collection<byte[]> keys) {
        map.removeAll(keys);
      }

      @Override
      public List<Map.Entry<byte[], byte[]>> entries() {
        return map.entries();
      }
    };
  }
}
