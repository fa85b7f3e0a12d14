// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.Bytes;

/** No document makes the reader throw, and what it accepts it can write and read again. */
class ConfigFuzzTest {

  @FuzzTest
  void everyDocumentEndsInFindingsOrAConfiguration(byte[] document) {
    ConfigCheck check = NetworkConfig.check(Bytes.copyOf(document));

    check
        .config()
        .ifPresent(config -> assertThat(NetworkConfig.parse(config.toJson())).isEqualTo(config));
  }
}
