// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.KillContract;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.vip.VipTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that are killed while they change the maps of the path within sockets. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
class SocketKillIT extends KillContract {

  private Path directory = Path.of("/");

  @Override
  protected PathSubject newSubject() throws IOException {
    SocketPathIT.InSockets subject = new SocketPathIT.InSockets(true);
    directory = subject.directory();
    return subject;
  }

  @Override
  protected List<String> kind() {
    return List.of("socket", directory.toString());
  }

  @Override
  protected void assertKernelHolds(VipTable table) {
    HeldBySockets.assertHolds(directory, table);
  }
}
