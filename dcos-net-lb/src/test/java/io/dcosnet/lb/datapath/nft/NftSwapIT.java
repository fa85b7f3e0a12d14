// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.SwapContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Swaps of back ends by nftables. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
class NftSwapIT extends SwapContract {

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @Override
  protected PathSubject newSubject() {
    return new NftPathIT.Nft(true, false);
  }
}
