// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.KillContract;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.BpfProgram;
import io.dcosnet.linux.bpf.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
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
    SocketConfig config = SocketConfig.builder().controlGroup(directory).build();
    Map<Frontend, Row> wanted = new HashMap<>();
    table
        .services()
        .forEach(
            (frontend, service) ->
                wanted.put(frontend, SocketWork.row(service, config.slotsPerService())));
    for (AttachPoint point : AttachPoint.values()) {
      try (ControlGroup group = ControlGroup.open(directory)) {
        List<BpfProgram> programs = Attachment.left(group, point);
        programs.forEach(BpfProgram::close);
        assertThat(programs).as("%s", point).hasSize(1);
      }
    }
    try (Installed kernel =
        Installed.open(ControlGroup.open(directory), config, UnaryOperator.identity())) {
      int unused = kernel.read();
      Map<Frontend, Row> held = new HashMap<>();
      kernel.held().entries().forEach((frontend, entry) -> held.put(frontend, entry.row()));
      assertThat(held).isEqualTo(wanted);
      assertThat(kernel.held().entries().values()).allMatch(Held.Entry::whole);
      assertThat(kernel.held().leftovers()).isEmpty();
      assertThat(kernel.held().strayAddresses()).isEmpty();
    }
  }
}
