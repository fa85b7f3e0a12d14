// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.vip.VipLabelKey.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VipLabelKeyTest {

  @ParameterizedTest
  @CsvSource({
    "VIP_0, VIP, 0",
    "vip_0, VIP, 0",
    "Vip_0, VIP, 0",
    "VIP, VIP, ''",
    "vip12, VIP, 12",
    "VIP_d8c37956-f5e8-4c3c-870d-306b40dd1492, VIP, d8c37956-f5e8-4c3c-870d-306b40dd1492",
    "vip_PORT0, VIP_OF_TASK_PORT, 0",
    "VIP_PORT17, VIP_OF_TASK_PORT, 17",
    "VIP_WEIGHT_0, WEIGHT, 0",
    "vip_policy_3, POLICY, 3",
    "VIP_AFFINITY, AFFINITY, ''",
    "VIP_LOCALITY_0, LOCALITY, 0",
    "Vip_Proxy_12, PROXY, 12",
    "VIP_CONNECTIONS_0, CONNECTIONS, 0",
    "VIP_BACKEND_CONNECTIONS_0, BACKEND_CONNECTIONS, 0",
    "VIPER, UNKNOWN, ''",
    "VIP_, UNKNOWN, ''",
    "VIP-0, UNKNOWN, ''",
    "VIP_PORT, UNKNOWN, ''",
    "VIP_PORT-1, UNKNOWN, ''",
    "VIP_0x, UNKNOWN, ''",
    "vi, OTHER, ''",
    "'', OTHER, ''",
    "MY_VIP_0, OTHER, ''",
    "network-scope, OTHER, ''"
  })
  void tellsWhatAKeyMeans(String key, Kind kind, String index) {
    assertThat(VipLabelKey.of(key)).isEqualTo(new VipLabelKey(kind, index));
  }
}
