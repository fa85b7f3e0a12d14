// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What listeners hear of passes. */
class KernelPassesTest {

  private final KernelPasses passes =
      new KernelPasses(
          NetlinkConfig.DEFAULT, new ApplyMetrics(new RecordingMetrics()), () -> {}, () -> {});
  private final List<HostReport> told = new ArrayList<>();

  private static HostReport with(HostFault... faults) {
    return new HostReport(
        DesiredState.NOTHING, 0, 0, 0, true, List.of(faults), OptionalInt.empty());
  }

  @Test
  void thatFaultsAreGoneIsToldOnce() {
    HostFault fault =
        new HostFault(
            HostObject.TUNNEL, "vtep", Optional.empty(), Optional.empty(), "NO_UNDERLAY", "none");
    passes.onReport(told::add);

    passes.done(with(), 1);
    passes.done(with(fault), 1);
    passes.done(with(), 1);
    passes.done(with(), 1);

    assertThat(told).containsExactly(with(fault), with());
  }
}
