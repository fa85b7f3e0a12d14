// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A map of front ends that has no room for some. */
final class Refusing implements EntryMap {

  private final EntryMap map;
  private final Set<Frontend> refused;

  Refusing(EntryMap map, Set<Frontend> refused) {
    this.map = map;
    this.refused = refused;
  }

  static Set<Frontend> nobody() {
    return ConcurrentHashMap.newKeySet();
  }

  @Override
  public Optional<byte[]> get(byte[] key) {
    return map.get(key);
  }

  @Override
  public OptionalInt putAll(List<Map.Entry<byte[], byte[]>> entries) {
    for (int i = 0; i < entries.size(); i++) {
      byte[] key = entries.get(i).getKey();
      if (refused.stream().anyMatch(each -> Arrays.equals(Octets.frontend(each), key))) {
        OptionalInt full = map.putAll(entries.subList(0, i));
        return full.isPresent() ? full : OptionalInt.of(i);
      }
    }
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
}
