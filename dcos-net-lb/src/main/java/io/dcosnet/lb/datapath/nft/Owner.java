// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.VipTable.Frontend;
import org.jspecify.annotations.Nullable;

/**
 * Whose an element of the table is: that of one service, or of all that share an address.
 * <b>Immutable.</b>
 *
 * @param frontend null for the address itself
 */
record Owner(IpAddress address, @Nullable Frontend frontend) {

  static Owner of(Frontend frontend) {
    return new Owner(frontend.endpoint().address(), frontend);
  }

  static Owner of(IpAddress address) {
    return new Owner(address, null);
  }
}
