// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.Suspicion;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VipSuspectsTest {

  private final VipSuspects suspects = new VipSuspects();

  @Test
  void remembersThoseThatHold() {
    suspects.accept(said(1, true));
    suspects.accept(said(2, true));
    suspects.accept(said(1, false));
    assertThat(suspects.holding()).containsExactly(said(2, true));
  }

  @Test
  void remembersABoundedNumberAndThereIsRoomAgain() {
    for (int port = 1; port <= VipSuspects.MOST + 10; port++) {
      suspects.accept(said(port, true));
    }
    assertThat(suspects.holding()).hasSize(VipSuspects.MOST);
    suspects.accept(said(1, false));
    suspects.accept(said(60_000, true));
    assertThat(suspects.holding()).hasSize(VipSuspects.MOST).endsWith(said(60_000, true));
  }

  private static Suspicion said(int port, boolean holds) {
    VipKey web = VipKey.named(Protocol.TCP, "web.marathon", 80);
    HostPort at = new HostPort(IpAddress.parse("192.0.2.1"), port);
    TreeSet<NodeId> by = new TreeSet<>(List.of(new NodeId(new UUID(0, 1))));
    return new Suspicion(new Place(web, at), holds, by, new TreeSet<>());
  }
}
