// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.InterfaceAddress;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.desired.TunnelDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryHostNetworkTest {

  private static final HostFault FAULT =
      new HostFault(
          HostObject.BRIDGE,
          "bridge m-dcos",
          Optional.of("dcos"),
          Optional.empty(),
          "FOREIGN",
          "somebody made it");

  private final MemoryHostNetwork network = MemoryHostNetwork.create();
  private final List<HostReport> reports = new ArrayList<>();

  private static DesiredState state(String peerIp) {
    IpAddress vtep = IpAddress.parse("44.128.0.1");
    return new DesiredState(
        Backend.VXLAN,
        Optional.of(
            new TunnelDevice(
                "vtep1024",
                1024,
                64000,
                MacAddress.parse("70:b3:d5:80:00:01"),
                IpAddress.parse("192.0.2.1"),
                List.of(new InterfaceAddress(vtep, 20)),
                OptionalInt.empty())),
        List.of(
            new Bridge(
                "m-dcos",
                "dcos",
                "cni",
                List.of(new InterfaceAddress(IpAddress.parse("9.0.0.1"), 25)),
                OptionalInt.empty())),
        List.of(
            new Peer(
                NodeId.parse("00000000-0000-4000-8000-000000000002"),
                IpAddress.parse(peerIp),
                IpAddress.parse("44.128.0.2"),
                Optional.empty(),
                MacAddress.parse("70:b3:d5:80:00:02"),
                List.of(Cidr.parse("9.0.1.0/24")))),
        Set.of(Cidr.parse("9.0.0.0/8")));
  }

  private HostReport apply(DesiredState state) {
    return network.apply(state).toCompletableFuture().join();
  }

  @Test
  void itKeepsOthersAsLongAsItIsTold() {
    DesiredState one = state("192.0.2.2");
    apply(one);
    DesiredState alone =
        new DesiredState(one.backend(), one.tunnel(), List.of(), List.of(), one.spaces());

    assertThat(network.plan(alone.keepingOthers()))
        .containsExactly("del addr 9.0.0.1/25 m-dcos", "del link m-dcos");
    assertThat(apply(alone.keepingOthers()).removed()).isEqualTo(2);
    assertThat(apply(alone).removed()).isEqualTo(3);
  }

  @Test
  void itCountsWhatASecondStateChanges() {
    HostReport first = apply(state("192.0.2.2"));
    HostReport again = apply(state("192.0.2.2"));
    HostReport moved = apply(state("192.0.2.3"));

    assertThat(first.added()).isEqualTo(8);
    assertThat(again.added() + again.changed() + again.removed()).isZero();
    assertThat(moved.changed()).isEqualTo(1);
    assertThat(moved.mtu()).hasValue(1450);
    assertThat(network.state()).isEqualTo(state("192.0.2.3"));
  }

  @Test
  void itPlansWithoutDoing() {
    apply(state("192.0.2.2"));

    assertThat(network.plan(state("192.0.2.3")))
        .containsExactly("change fdb 70:b3:d5:80:00:02 dst 192.0.2.3");
    assertThat(network.plan(DesiredState.NOTHING)).hasSize(8).contains("del link m-dcos");
    assertThat(network.state()).isEqualTo(state("192.0.2.2"));
  }

  @Test
  void faultsAndRepairsAreToldToListeners() {
    var subscription = network.onReport(reports::add);
    apply(state("192.0.2.2"));
    network.faults(List.of(FAULT));
    network.lose();
    subscription.close();
    network.lose();

    assertThat(reports).hasSize(3);
    assertThat(reports.get(1).faults()).containsExactly(FAULT);
    assertThat(reports.get(2).repair()).isTrue();
    assertThat(reports.get(2).added()).isEqualTo(8);
  }

  @Test
  void thatFaultsAreGoneIsToldThoughNothingElseChanged() {
    apply(state("192.0.2.2"));
    network.faults(List.of(FAULT));
    var unused = network.onReport(reports::add);

    network.faults(List.of());
    apply(state("192.0.2.2"));

    assertThat(reports).singleElement().satisfies(r -> assertThat(r.faults()).isEmpty());
  }

  @Test
  void statesThatWaitAreSkippedForTheNewest() {
    network.hold();
    CompletableFuture<HostReport> first = network.apply(state("192.0.2.2")).toCompletableFuture();
    CompletableFuture<HostReport> second = network.apply(state("192.0.2.3")).toCompletableFuture();
    assertThat(first).isNotDone();

    network.release();

    assertThat(first.join().state()).isEqualTo(state("192.0.2.3"));
    assertThat(second.join()).isEqualTo(first.join());
    assertThat(network.applied()).containsExactly(state("192.0.2.3"));
  }

  @Test
  void itFailsWhenToldToAndAfterItsEnd() {
    network.failing("no kernel");
    assertThatThrownBy(() -> apply(state("192.0.2.2"))).hasMessageContaining("no kernel");
    network.failing(null);
    apply(state("192.0.2.2"));

    var unused = network.stop(true);

    assertThat(network.state()).isEqualTo(state("192.0.2.2"));
    assertThatThrownBy(() -> apply(state("192.0.2.2"))).hasMessageContaining("stopped");
    assertThat(network.cleanup()).hasSize(8);
  }

  @Test
  void anEndWithoutLeavingTakesEverythingAway() {
    apply(state("192.0.2.2"));

    var unused = network.stop(false);

    assertThat(network.state()).isEqualTo(DesiredState.NOTHING);
    assertThat(network.cleanup()).isEmpty();
  }
}
