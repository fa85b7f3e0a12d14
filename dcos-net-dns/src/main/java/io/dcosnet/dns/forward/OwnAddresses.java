// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Tells whether a question sent to an address would come back to this server, which would then ask
 * itself again and again. <b>Immutable.</b>
 *
 * @param listening where this server takes questions, of any carrier
 * @param ofHost the addresses of this host, which a wildcard stands for
 */
public record OwnAddresses(Collection<HostPort> listening, Collection<IpAddress> ofHost)
    implements Predicate<HostPort> {

  public OwnAddresses {
    listening = List.copyOf(listening);
    ofHost = List.copyOf(ofHost);
  }

  @Override
  public boolean test(HostPort upstream) {
    IpAddress address = upstream.address().unmapped();
    for (HostPort own : listening) {
      if (own.port() == upstream.port() && leadsTo(own.address().unmapped(), address)) {
        return true;
      }
    }
    return false;
  }

  /** A socket on {@code ::} takes IPv4 too unless told otherwise; what is sent to 0.0.0.0 stays. */
  private boolean leadsTo(IpAddress own, IpAddress target) {
    if (own.equals(target)) {
      return true;
    }
    boolean family = own.isIpv6() || target.isIpv4();
    boolean here = target.isUnspecified() || target.isLoopback() || ofHost.contains(target);
    boolean throughWildcard = own.isUnspecified() && family && here;
    boolean toLoopback =
        target.isUnspecified() && own.isLoopback() && own.isIpv4() == target.isIpv4();
    return throughWildcard || toLoopback;
  }
}
