// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources;

import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks what addresses a host name has. Implementations must be thread-safe and may block; they are
 * called on an executor for such work.
 */
@FunctionalInterface
public interface HostLookup {

  /**
   * Asks once.
   *
   * @param host a host name in lower case, never an address
   * @return in order of preference; empty when it has none
   * @throws IOException when it could not be found out
   */
  List<IpAddress> addresses(String host) throws IOException;

  /** Asks the resolver of this machine. */
  static HostLookup system() {
    return host -> {
      List<IpAddress> addresses = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(host)) {
        addresses.add(IpAddress.of(address));
      }
      return addresses;
    };
  }
}
