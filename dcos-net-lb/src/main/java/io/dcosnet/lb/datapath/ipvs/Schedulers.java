// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.linux.ipvs.IpvsService;
import java.util.List;
import java.util.Set;

/**
 * Which schedulers the kernel has, and which of them comes nearest to a policy. <b>Immutable.</b>
 *
 * @param available by the names of the kernel
 */
record Schedulers(Set<String> available) {

  /** Fewest connections by weight; what DC/OS had for everything. */
  private static final String LEAST = "wlc";

  /** All that a policy may be turned into, to be tried. */
  static final List<String> KNOWN = List.of(LEAST, "lc", "wrr", "rr", "mh", "sh");

  Schedulers {
    available = Set.copyOf(available);
  }

  /**
   * A scheduler, with the flags that it needs.
   *
   * @param flags of {@link IpvsService}
   */
  record Choice(String name, int flags) {}

  /** The best that there is. */
  Choice of(Policy policy) {
    List<String> wishes =
        switch (policy) {
          case ROUND_ROBIN, RANDOM -> List.of("wrr", LEAST, "rr", "lc");
          case MAGLEV -> List.of("mh", "sh", LEAST, "wrr", "rr", "lc");
          case P2C_EWMA, P2C_LEAST, LEAST_CONNECTIONS -> List.of(LEAST, "wrr", "lc", "rr");
        };
    String name = wishes.stream().filter(available::contains).findFirst().orElse(LEAST);
    boolean hashes = name.equals("mh") || name.equals("sh");
    // Without it, a client whose destination has no weight is refused.
    return new Choice(name, hashes ? IpvsService.SCHEDULER_1 : 0);
  }
}
