// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The moment at which front ends are turned over, and the programs of before still answer. */
final class AskingWhileTurning implements EntryMap {
  private final EntryMap map;
  private final List<String> answers;

  AskingWhileTurning(EntryMap map, List<String> answers) {
    this.map = map;
    this.answers = answers;
  }

  @Override
  public Optional<byte[]> get(byte[] key) {
    return map.get(key);
  }

  @Override
  public OptionalInt putAll(List<Map.Entry<byte[], byte[]>> entries) {
    OptionalInt full = map.putAll(entries);
    try {
      answers.add(OnSockets.ask(OnSockets.VIP));
    } catch (IOException e) {
      answers.add(e.toString());
    }
    return full;
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
