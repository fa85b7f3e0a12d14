// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.EdgeOptions.Precedence;
import io.dcosnet.lb.edge.HostAddresses;
import io.dcosnet.lb.edge.RecordedSet;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real HAProxy takes what is made of recorded apps, without a word. */
class HaproxyAcceptsIT {

  @TempDir Path folder;

  @BeforeEach
  void askForHaproxy() {
    Required.program("haproxy", "haproxy");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void takesOneTextWithoutFiles(int set) {
    HaproxyConfig config = HaproxyConfig.of(model(set, false), HaproxyOptions.defaults());

    assertThat(config.files()).isEmpty();
    assertThat(HaproxyCheck.complaints(config, folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void takesATextWithMapsAndCertificates(int set) throws IOException {
    HaproxyOptions options =
        HaproxyOptions.defaults()
            .withCertificates(List.of(HaproxyCheck.pem(folder, "web").toString()))
            .withFolder(folder.toString())
            .withSocket(folder.resolve("admin.sock").toString());
    HaproxyConfig config = HaproxyConfig.of(model(set, true), options);

    assertThat(config.files()).containsKeys("http.map", "https.map", "apps.map");
    assertThat(HaproxyCheck.complaints(config, folder)).isEmpty();
  }

  private static EdgeModel model(int set, boolean longestPrefix) {
    return EdgeModel.of(
        RecordedSet.read(set).apps(),
        EdgeOptions.forGroups("external")
            .precedence(longestPrefix ? Precedence.LONGEST_PREFIX : Precedence.MARATHON_LB)
            .build(),
        HostAddresses.NONE,
        null);
  }
}
