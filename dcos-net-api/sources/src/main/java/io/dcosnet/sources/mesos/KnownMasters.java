// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.sources.HostResolver;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which masters there are and who leads, as far as their addresses are known: a stream of events
 * says nothing of it, but the one that sends it leads, unless a detector has told of another one
 * since. <b>Thread-safe.</b>
 */
final class KnownMasters {

  private final MasterSet set;
  private final HostResolver hosts;
  private volatile @Nullable Leading leading;

  /**
   * @param detected who led by the detector's word then
   */
  private record Leading(URI subscribed, @Nullable Master detected) {}

  KnownMasters(MasterSet set, HostResolver hosts) {
    this.set = set;
    this.hosts = hosts;
  }

  /** The one that accepted a subscription. */
  void leader(URI newLeader) {
    leading = new Leading(newLeader, set.detectedLeader());
  }

  /** The configured ones in their order, then those detected; nobody is awaited. */
  Masters masters() {
    Map<HostPort, Master> all = set.known(hosts);
    return new Masters(List.copyOf(all.values()), leader(all));
  }

  /** Of subscription and detection the newer one: either may be late. */
  private @Nullable Master leader(Map<HostPort, Master> all) {
    Leading last = leading;
    Master detected = set.detectedLeader();
    boolean newer = detected != null && (last == null || !detected.equals(last.detected));
    List<HostPort> at = newer || last == null ? List.of() : endpoints(last.subscribed);
    return at.isEmpty() ? detected : all.getOrDefault(at.get(0), new Master(at.get(0), ""));
  }

  /** Where a master listens; empty while its host name is not resolved. */
  List<HostPort> endpoints(URI master) {
    return MasterSet.endpoints(master, hosts);
  }
}
