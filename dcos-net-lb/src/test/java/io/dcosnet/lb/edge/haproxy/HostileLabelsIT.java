// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.EdgeOptions.Precedence;
import io.dcosnet.lb.edge.HostAddresses;
import io.dcosnet.lb.edge.HostileLabels;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real HAProxy takes what is made of every label with every hostile value, all at once. */
class HostileLabelsIT {

  @TempDir Path folder;

  @BeforeEach
  void askForHaproxy() {
    Required.program("haproxy", "haproxy");
  }

  @ParameterizedTest
  @CsvSource({"MARATHON_LB, false, false", "MARATHON_LB, true, true", "LONGEST_PREFIX, true, true"})
  void takesThemAll(Precedence precedence, boolean files, boolean protectAll) throws IOException {
    List<App> apps = new ArrayList<>(HostileLabels.all());
    apps.add(HostileLabels.GOOD);
    EdgeModel model =
        EdgeModel.of(
            apps,
            EdgeOptions.forGroups("*")
                .precedence(precedence)
                .protectAllEntries(protectAll)
                .files(Set.of())
                .build(),
            HostAddresses.NONE,
            null);
    HaproxyOptions options =
        HaproxyOptions.defaults()
            .withSlots(2)
            .withCertificates(List.of(HaproxyCheck.pem(folder, "edge").toString()));
    HaproxyConfig config =
        HaproxyConfig.of(model, files ? options.withFolder(folder.toString()) : options);

    assertThat(model.services()).hasSizeGreaterThan(HostileLabels.LABELS.size() * 40);
    assertThat(HaproxyCheck.complaints(config, folder)).isEmpty();
  }
}
