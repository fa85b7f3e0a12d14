// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.net.IpAddress;
import java.util.List;

/**
 * Knows the addresses of nodes that Marathon calls by name. Asked for names only, never for
 * addresses; must not block. Whoever implements it keeps the last good answer as long as it may be
 * used.
 */
@FunctionalInterface
public interface HostAddresses {

  /** Knows none. */
  HostAddresses NONE = host -> List.of();

  /** The addresses of a host, empty where none is known. */
  List<IpAddress> of(String host);
}
