// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.overlay.config.NetworkConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The figures are those of the table in the documentation, with the same kinds and tags. */
class OverlayMetricsTest {

  @Test
  void allFiguresAreDocumented() throws IOException {
    DocumentedFigures names = new DocumentedFigures();
    OverlayMetrics metrics = new OverlayMetrics(names);
    metrics.state(() -> AllocationStatus.idle(0, ""), Optional::empty);
    metrics.pools(
        NetworkConfig.parse(
            """
            {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:b3:d5:00:00:00",
             "overlays":[{"name":"a","subnet":"9.0.0.0/8","prefix":24}]}"""),
        pool -> Optional.empty());
    metrics.assigned();
    metrics.removed(1);
    metrics.failed("VTEP_EXHAUSTED");
    metrics.steppedDown(true);
    MasterMetrics master = new MasterMetrics(names);
    master.watch(
        () ->
            new MasterStatus(
                AllocationStatus.idle(0, ""),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                List.of(),
                List.of(),
                0),
        Optional::empty);

    assertThat(names.seen()).isEqualTo(DocumentedFigures.in("../docs/overlay-allocation.md"));
  }
}
