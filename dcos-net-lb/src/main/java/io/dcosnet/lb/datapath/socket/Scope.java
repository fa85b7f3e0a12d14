// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.diag.SocketQuery;
import java.util.HashSet;
import java.util.Set;

/**
 * At which sockets a look is: at all, or at those that are connected to some back ends. To have all
 * sockets of a host told takes much longer than those few. <b>Immutable.</b>
 *
 * @param backends empty for all, or for none
 */
record Scope(boolean all, Set<HostPort> backends) {

  static final Scope ALL = new Scope(true, Set.of());
  static final Scope NONE = new Scope(false, Set.of());

  Scope {
    backends = Set.copyOf(backends);
  }

  /** Of these back ends, or all where they are too many to be asked for. */
  static Scope of(Set<HostPort> backends) {
    return backends.size() > SocketQuery.MOST_REMOTES ? ALL : new Scope(false, backends);
  }

  Scope plus(Scope other) {
    if (all || other.all) {
      return ALL;
    }
    Set<HostPort> both = new HashSet<>(backends);
    both.addAll(other.backends);
    return of(both);
  }

  Scope plus(Set<HostPort> more) {
    return plus(of(more));
  }

  boolean isEmpty() {
    return !all && backends.isEmpty();
  }

  boolean contains(HostPort backend) {
    return all || backends.contains(backend);
  }
}
