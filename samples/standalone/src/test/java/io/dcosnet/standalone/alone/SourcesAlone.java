// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import io.dcosnet.sources.mesos.MesosState;
import io.dcosnet.sources.mesos.MesosStateReader;
import java.nio.charset.StandardCharsets;

/** {@code dcos-net-sources} by itself. */
final class SourcesAlone implements Scenario {

  @Override
  public Use build() {
    MesosStateReader reader = MesosStateReader.create();
    return () -> {
      MesosState state =
          reader.read(
              "{\"leader\": \"master@192.0.2.1:5050\", \"slaves\": [], \"frameworks\": []}"
                  .getBytes(StandardCharsets.UTF_8));
      if (state.cluster().masters().leader() == null) {
        throw new AssertionError(state.rejections().toString());
      }
    };
  }
}
