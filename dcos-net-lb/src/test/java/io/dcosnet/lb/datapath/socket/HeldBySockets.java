// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.BpfProgram;
import io.dcosnet.linux.bpf.ControlGroup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the kernel holds of this path. */
final class HeldBySockets {

  private HeldBySockets() {}

  /** Fails when that is anything else than a table wants. */
  static void assertHolds(Path directory, VipTable table) {
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
