// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Published;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelatedRefusalsTest {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);

  @Test
  void takesThoseOfTheVipItselfAndOfItsBackEnds() {
    assertThat(
            related(
                WEB,
                vip("tcp web.marathon:80"),
                vip("web.marathon"),
                vip("tcp web.marathon:80 192.0.2.1:31000"),
                vip("tcp web.marathon:8080"),
                vip("web.marathon2")))
        .containsExactly(
            "tcp web.marathon:80", "web.marathon", "tcp web.marathon:80 192.0.2.1:31000");
  }

  @Test
  void takesThoseOfItsTasksAndOfNoneWhoseIdBeginsAlike() {
    assertThat(
            related(
                WEB,
                label("web.1 VIP_1", "\"x\""),
                label("web.10 VIP_1", "\"x\""),
                label("web VIP_1", "\"x\"")))
        .containsExactly("web.1 VIP_1");
  }

  @Test
  void takesLabelsThatMeanIt() {
    assertThat(
            related(
                VipKey.addressed(Protocol.TCP, IpAddress.parse("2001:db8::1"), 80),
                label("a VIP_0", "\"[2001:db8::1]:x\" (expected: a port)"),
                label("b VIP_0", "\"[2001:db8::10]:x\" (expected: a port)")))
        .containsExactly("a VIP_0");
  }

  @Test
  void showsABoundedNumber() {
    List<Rejection> many = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      many.add(vip("web.marathon"));
    }
    assertThat(new RelatedRefusals(WEB, List.of()).among(many)).hasSize(RelatedRefusals.MOST);
  }

  private static List<String> related(VipKey key, Rejection... all) {
    Backend backend =
        new Backend(
            HostPort.parse("192.0.2.1:31000"), IpAddress.parse("192.0.2.1"), 1, Backend.State.UP);
    TaskKey task = new TaskKey("F", "web.1");
    return new RelatedRefusals(key, List.of(new Published(task, backend)))
        .among(List.of(all)).stream().map(Rejection::subject).toList();
  }

  private static Rejection vip(String subject) {
    return new Rejection("vip", subject, "VIP_TOO_MANY", "x");
  }

  private static Rejection label(String subject, String detail) {
    return new Rejection("label", subject, "VIP_BAD_PORT", detail);
  }
}
