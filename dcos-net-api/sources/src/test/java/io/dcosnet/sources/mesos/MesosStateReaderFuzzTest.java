// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Every input is either read or refused with a reason; nothing else comes out. */
class MesosStateReaderFuzzTest {

  @FuzzTest
  void everyInputIsReadOrRefused(byte[] input) {
    try {
      MesosState state = MesosStateReader.create().read(input);

      assertThat(state.rejections()).hasSizeLessThanOrEqualTo(1000);
      assertThat(state.cluster().tasks())
          .allSatisfy(task -> assertThat(task.agentId()).isNotEmpty());
    } catch (StateRefusedException e) {
      assertThat(e).hasMessageStartingWith("state: ");
    }
  }
}
