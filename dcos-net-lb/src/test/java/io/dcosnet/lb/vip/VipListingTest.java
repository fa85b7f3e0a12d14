// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static io.dcosnet.lb.vip.VipTasks.port;
import static io.dcosnet.lb.vip.VipTasks.ports;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.VipListing.Row;
import io.dcosnet.lb.vip.VipListing.RowBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

class VipListingTest {

  @Test
  void listsEachFamilyOfANameAndEachAddress() {
    Task web =
        task("web")
            .discovery(ports(port(8080, "tcp", "container", "/nginx:80", "1.2.3.4:80", "bad")))
            .status(running(null, "9.0.2.5", "fd01:b::5"))
            .build();
    Task sick =
        task("sick")
            .discovery(ports(port(8080, "tcp", "container", "/nginx:80")))
            .status(running(false, "9.0.2.6"))
            .build();
    VipListing listing =
        VipListing.of(VipTasks.cluster(web, sick), VipRules.defaults(), VipAddresses.defaults());
    RowBackend first = backend("9.0.2.5", true);
    assertThat(listing.vips())
        .containsExactly(
            new Row(null, Protocol.TCP, ip("1.2.3.4"), 80, null, List.of(first)),
            new Row(
                "nginx.marathon",
                Protocol.TCP,
                ip("11.127.55.81"),
                80,
                "nginx.marathon.l4lb.thisdcos.directory",
                List.of(first, backend("9.0.2.6", false))),
            new Row(
                "nginx.marathon",
                Protocol.TCP,
                ip("fd01:c::52d9:41e1:4a6a:9fb"),
                80,
                "nginx.marathon.l4lb.thisdcos.directory",
                List.of(backend("fd01:b::5", true))));
    assertThat(listing.rejected())
        .extracting(r -> r.task().taskId(), LabelReport::label, LabelReport::code)
        .containsExactly(tuple("web", "VIP_2", "VIP_NO_PORT"));
    assertThat(listing.remarks()).isEmpty();
    assertThat(listing.refused()).isEmpty();
  }

  @Test
  void tellsOfAVipThatHasNoBackEndYet() {
    Task waiting =
        task("waiting").discovery(ports(port(8080, "tcp", "container", "/nginx:80"))).build();
    VipListing listing =
        VipListing.of(VipTasks.cluster(waiting), VipRules.defaults(), VipAddresses.defaults());
    assertThat(listing.vips()).isEmpty();
    assertThat(listing.rejected()).isEmpty();
    assertThat(listing.remarks())
        .extracting(r -> r.task().taskId(), LabelReport::label, LabelReport::code)
        .containsExactly(tuple("waiting", "VIP_0", "VIP_NO_BACKEND"));
  }

  private static RowBackend backend(String address, boolean healthy) {
    return new RowBackend(ip("10.0.0.243"), ip(address), 8080, healthy);
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }
}
