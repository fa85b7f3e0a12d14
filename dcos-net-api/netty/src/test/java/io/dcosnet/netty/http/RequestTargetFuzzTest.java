// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

class RequestTargetFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void keepsEveryAcceptedPathInItsPlace(FuzzedDataProvider data) {
    RequestTarget.parse(data.consumeRemainingAsString())
        .ifPresent(
            target -> {
              assertThat(target.path()).startsWith("/");
              assertThat(target.path().split("/", -1)).doesNotContain(".", "..");
            });
  }
}
