// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterRequest;
import io.dcosnet.standalone.config.HostNetworkKind;
import io.dcosnet.standalone.config.HostPart;
import io.dcosnet.standalone.config.OverlayAgentConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MasterLinksTest {

  private static final RegisterRequest REQUEST =
      RegisterRequest.first(
          new NodeId(new UUID(0, 1)), IpAddress.parse("192.0.2.1"), Wants.EVERYTHING);

  private static long clients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("HttpClient-\\d+-SelectorManager"))
        .count();
  }

  @Test
  void mastersThatComeAndGoAreAskedByOneClient() {
    OverlayAgentConfig config =
        new OverlayAgentConfig(
            HostPart.CONTAINERS,
            List.of(),
            null,
            List.of(),
            List.of(),
            null,
            HostNetworkKind.NONE,
            Duration.ofSeconds(30));
    AtomicReference<List<URI>> found = new AtomicReference<>(List.of());
    try (NetRuntime net = NetRuntime.create()) {
      MasterLink links = MasterLinks.of(config, null, found::get, net);
      long before = clients();
      for (int i = 1; i <= 12; i++) {
        found.set(List.of(URI.create("http://127.0.0.1:1/" + i)));
        String asked = "127.0.0.1:1/" + i;
        assertThatThrownBy(
                () -> links.register(REQUEST).toCompletableFuture().get(30, TimeUnit.SECONDS))
            .hasMessageContaining(asked);
      }

      assertThat(clients() - before).isLessThanOrEqualTo(1);
    }
  }
}
