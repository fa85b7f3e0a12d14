// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.nft.FlowCuts.Cut;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Services that may have flows which go where they may not any more, until those are cut.
 *
 * <p>To look for flows, the kernel goes through all of its table, which takes it milliseconds even
 * when that is empty. So it is asked for services only that ever had a connection, which their
 * elements count. <b>Confined to</b> one thread.
 */
final class Suspects {

  /** For more than that it is cheaper to look for flows than at counters. */
  private static final int FEW = 16;

  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<Frontend, Set<HostPort>> allowed = new HashMap<>();

  /** To be looked at once more a while later, as packets may have been under way. */
  private final Set<Frontend> again = new HashSet<>();

  /** Had connections, ever. */
  private final Set<Frontend> used = new HashSet<>();

  private long pauseNanos;
  private long retryNanos;

  /**
   * Adds some.
   *
   * @param where where the flows of each may go
   */
  void add(Map<Frontend, Set<HostPort>> where) {
    allowed.putAll(where);
  }

  /** These have flows. */
  void use(Collection<Frontend> frontends) {
    used.addAll(frontends);
  }

  /**
   * Finds out who had connections, before counters go.
   *
   * @param replaced services that lose their counter, suspect or not
   * @param connections how many an element counts now
   */
  void look(Collection<Frontend> replaced, ToLongFunction<Frontend> connections) {
    look(allowed.keySet(), allowed.size() > FEW, connections);
    look(replaced, replaced.size() > FEW, connections);
  }

  private void look(Collection<Frontend> some, boolean many, ToLongFunction<Frontend> connections) {
    for (Frontend frontend : some) {
      // What was refused over UDP has left a flow as well, and was not counted.
      if (many
          || frontend.protocol() == Protocol.UDP
          || (!used.contains(frontend) && connections.applyAsLong(frontend) > 0)) {
        used.add(frontend);
      }
    }
  }

  /**
   * Cuts the flows of those that had any. Those of which something could not be cut stay suspect.
   *
   * @throws io.dcosnet.linux.KernelException when nothing can be known of flows; all stay suspect
   */
  Cut cut(FlowCuts flows, long nowNanos) {
    again.addAll(allowed.keySet());
    allowed.keySet().retainAll(used);
    return cutAllowed(flows, nowNanos);
  }

  /**
   * Cuts the flows of all, whether they had any or not, and of those that were to be looked at once
   * more; see the other one.
   *
   * @param where where flows of a service may go by now
   */
  Cut cutAll(FlowCuts flows, Function<Frontend, Set<HostPort>> where, long nowNanos) {
    Set<Frontend> before = takeAgain();
    again.addAll(allowed.keySet());
    before.forEach(frontend -> allowed.putIfAbsent(frontend, where.apply(frontend)));
    return cutAllowed(flows, nowNanos);
  }

  private Cut cutAllowed(FlowCuts flows, long nowNanos) {
    boolean known = false;
    try {
      Cut cut = flows.cut(allowed, used);
      allowed.keySet().retainAll(cut.failed().keySet());
      known = allowed.isEmpty();
      return cut;
    } finally {
      pauseNanos =
          known ? 0 : Math.min(LONGEST_PAUSE_NANOS, Math.max(FIRST_PAUSE_NANOS, 2 * pauseNanos));
      retryNanos = nowNanos + pauseNanos;
    }
  }

  /** Whether it is time to try again what could not be cut. */
  boolean isDue(long nowNanos) {
    return !allowed.isEmpty() && retryNanos - nowNanos <= 0;
  }

  /** Those that are to be looked at once more; they are not told again. */
  Set<Frontend> takeAgain() {
    Set<Frontend> taken = Set.copyOf(again);
    again.clear();
    return taken;
  }

  /** These are to be looked at once more. */
  void lookAgain(Collection<Frontend> frontends) {
    again.addAll(frontends);
  }

  /** Forgets what is not to be looked at once more, nor served. */
  void keep(Set<Frontend> served) {
    used.removeIf(frontend -> !served.contains(frontend) && !again.contains(frontend));
  }
}
