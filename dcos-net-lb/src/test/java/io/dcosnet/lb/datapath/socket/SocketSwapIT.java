// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.SwapContract;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Swaps of back ends within sockets. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
class SocketSwapIT extends SwapContract {

  @Override
  protected PathSubject newSubject() throws IOException {
    return new SocketPathIT.InSockets(true);
  }
}
