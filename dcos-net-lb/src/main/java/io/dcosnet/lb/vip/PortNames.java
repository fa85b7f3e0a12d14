// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.net.DcosLabel;
import io.dcosnet.api.vip.VipKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What tasks call the port that they serve a VIP with, such as {@code http}: clients may ask DNS
 * for it by that name. Tasks of several apps may have several names for it.
 *
 * <p><b>Confined to</b> one thread.
 */
final class PortNames {

  /** Attribute of a back end that carries the name. */
  static final String ATTRIBUTE = "port";

  /** Most names of one VIP; those first in the alphabet count. */
  static final int MAX_NAMES = 8;

  // In DNS it stands behind an underscore.
  private static final int MAX_LENGTH = DcosLabel.MAX_LENGTH - 1;

  private final Map<VipKey, List<String>> names = new HashMap<>();

  /** The name as DNS can have it; null when there is none, or it would read as a number. */
  static @Nullable String canonical(String written) {
    String label = DcosLabel.of(written);
    boolean usable =
        !label.isEmpty()
            && label.length() <= MAX_LENGTH
            && !label.equals(TaskPort.DEFAULT_NAME)
            && !label.chars().allMatch(Character::isDigit);
    return usable ? label : null;
  }

  /** Takes the back ends of a VIP; none for one that is gone. */
  void take(VipKey key, Collection<Candidate> candidates) {
    TreeSet<String> found = new TreeSet<>();
    for (Candidate candidate : candidates) {
      String written = candidate.attributes().get(ATTRIBUTE);
      if (written != null && written.equals(canonical(written))) {
        found.add(written);
      }
      if (found.size() > MAX_NAMES) {
        found.pollLast();
      }
    }
    if (found.isEmpty()) {
      names.remove(key);
    } else {
      names.put(key, List.copyOf(found));
    }
  }

  /** The names of a VIP's port, sorted. */
  List<String> of(VipKey key) {
    return names.getOrDefault(key, List.of());
  }
}
