// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Stamp;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which dots the versions of this node's last writes stand for. An older one counts as seen where
 * the last write of all is: writes overtake each other for moments, not for ten thousand others.
 * <b>Not thread-safe.</b>
 */
final class OwnWrites {

  /** Most writes that are known one by one. */
  static final int REMEMBERED = 10_000;

  private final Map<Version, Dot> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Version, Dot> eldest) {
          return size() > REMEMBERED;
        }
      };

  private @Nullable Dot last;

  /** Takes note of a write; the version that hosts know it by. */
  Version add(Stamp write) {
    Version version = new Version(write.time(), write.dot().replica().node());
    recent.put(version, write.dot());
    last = write.dot();
    return version;
  }

  /** The dot to ask others for; null when nothing was written. */
  @Nullable Dot covering(Version version) {
    return recent.getOrDefault(version, last);
  }
}
