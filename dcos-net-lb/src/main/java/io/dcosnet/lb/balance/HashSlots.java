// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A consistent hash as a plain row of slots, for a kernel that hashes clients by itself.
 * <b>Pure.</b>
 *
 * <p>The row says for each slot whom user space would give a client that hashes there; which slot
 * is a client's is another one in the kernel, as it hashes in another way.
 */
public final class HashSlots {

  private HashSlots() {}

  /**
   * The owners of all slots; empty when no target takes new connections.
   *
   * @param size number of slots, a prime
   */
  public static List<HostPort> of(List<Target> targets, int size) {
    requireNonNull(targets, "targets");
    if (targets.stream().noneMatch(Target::takesNew)) {
      return List.of();
    }
    Maglev maglev = Maglev.of(targets, size, null);
    SplittableRandom unused = new SplittableRandom(0); // a hash draws no lots
    List<HostPort> slots = new ArrayList<>(size);
    for (int slot = 0; slot < size; slot++) {
      slots.add(targets.get(maglev.pick(slot, 0, unused, place -> false)).endpoint());
    }
    return List.copyOf(slots);
  }
}
