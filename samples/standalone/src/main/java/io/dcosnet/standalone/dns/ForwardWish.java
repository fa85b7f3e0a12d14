// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.dns.forward.RoutingTable;

/**
 * Who is asked about names outside the zones. <b>Immutable.</b>
 *
 * @param cached whether their answers are kept
 */
record ForwardWish(RoutingTable routes, boolean cached) {}
