// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.lb.datapath.nft.Difference.Change;
import io.dcosnet.linux.netlink.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a difference what the kernel takes. It takes a transaction or leaves it, so one that it
 * refuses is halved until what it does not like stands alone. What belongs to one owner is never
 * torn apart: it is as wanted, or as it was. <b>Confined to</b> one thread.
 */
final class Sieve {

  /**
   * When the kernel refuses so many, it refuses them for a reason that they share, and what is left
   * is not looked at one by one.
   */
  static final int MOST = 64;

  /** Brings changes into the kernel. */
  interface Target {
    /** All of them or none; null when they are done. */
    @Nullable Refusal commit(List<Change> changes);
  }

  private final Target target;
  private final Map<Owner, Refusal> refused = new LinkedHashMap<>();

  private Sieve(Target target) {
    this.target = target;
  }

  /**
   * Makes all changes that are taken.
   *
   * @return those for whom something was not, with the refusal; for them nothing of the first step
   *     was done
   */
  static Map<Owner, Refusal> commit(Difference difference, Target target) {
    Sieve sieve = new Sieve(target);
    sieve.commit(difference.first(), List.copyOf(Difference.owners(difference.first())));
    Set<Owner> before = Set.copyOf(sieve.refused.keySet());
    List<Owner> then = new ArrayList<>(Difference.owners(difference.then()));
    then.removeAll(before);
    sieve.commit(difference.then(), then);
    return sieve.refused;
  }

  private void commit(List<Change> changes, List<Owner> owners) {
    if (owners.isEmpty()) {
      return;
    }
    Set<Owner> some = new HashSet<>(owners);
    List<Change> theirs = Difference.only(changes, some::contains);
    Refusal refusal = target.commit(theirs);
    if (refusal == null) {
      return;
    }
    if (owners.size() == 1 || refused.size() >= MOST) {
      owners.forEach(each -> refused.put(each, refusal));
      return;
    }
    int half = owners.size() / 2;
    commit(theirs, owners.subList(0, half));
    commit(theirs, owners.subList(half, owners.size()));
  }
}
