// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.MemoryDurableStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.Allocations;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** {@code dcos-net-overlay} by itself. */
final class OverlayAlone implements Scenario {

  private static final String CONFIG =
      """
      {"vtep_subnet": "44.128.0.0/20", "vtep_mac_oui": "70:B3:D5:00:00:00",
       "overlays": [{"name": "dcos", "subnet": "9.0.0.0/8", "prefix": 24}]}
      """;

  @Override
  public Use build() {
    NetRuntime net = NetRuntime.create();
    MemoryDurableStore store = MemoryDurableStore.create();
    Allocations allocations =
        Allocations.builder(store, NetworkConfig.parse(CONFIG), net.scheduler()).build();
    return () -> {
      try (net;
          store) {
        await(allocations.lead());
        Registration answer =
            await(
                allocations.register(
                    NodeId.parse("00000000-0000-4000-8000-000000000001"),
                    IpAddress.parse("192.0.2.1"),
                    Wants.EVERYTHING));
        if (!(answer instanceof Registration.Assigned)) {
          throw new AssertionError(answer.toString());
        }
      }
    };
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
  }
}
