// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import io.dcosnet.netty.NetRuntime;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code dcos-net-netty} by itself, without the native transport, which is optional. */
final class NettyAlone implements Scenario {

  @Override
  public Use build() {
    NetRuntime net = NetRuntime.create();
    return () -> {
      try (net) {
        CompletableFuture<String> ran = new CompletableFuture<>();
        net.eventLoops().execute(() -> ran.complete(net.transport().toString()));
        String transport = ran.orTimeout(5, TimeUnit.SECONDS).join();
        if (!transport.toLowerCase(Locale.ROOT).contains("nio")) {
          throw new AssertionError("without the native jar: " + transport);
        }
      }
    };
  }
}
