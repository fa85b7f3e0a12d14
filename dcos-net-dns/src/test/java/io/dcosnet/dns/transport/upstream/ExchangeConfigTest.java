// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ExchangeConfigTest {

  @Test
  void listsAllFaultsOfAConfiguration() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExchangeConfig.builder().ports(0).maxPending(0).build())
        .withMessage("ports: 0 (expected: 1-4096)\nmaxPending: 0 (expected: 1-32768)");
  }
}
