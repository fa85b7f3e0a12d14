// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three hosts on one wire, and containers that talk to each other. */
@Tag("kernel")
class OverlayTrafficKernelIT {

  private static final int HOSTS = 3;

  private TestHost.Wire wire;
  private final List<TestHost> hosts = new ArrayList<>();

  @BeforeEach
  void open() {
    TestNetwork.needsRoot();
    wire = new TestHost.Wire();
  }

  @AfterEach
  void close() throws Exception {
    for (TestHost host : hosts) {
      host.close();
    }
    if (wire != null) {
      wire.close();
    }
  }

  private List<TestHost> hosts(NetlinkConfig config) {
    for (int number = 1; number <= HOSTS; number++) {
      hosts.add(new TestHost(number, wire, config));
    }
    return hosts;
  }

  private List<TestHost> running() throws Exception {
    for (TestHost host : hosts(NetlinkConfig.DEFAULT)) {
      HostReport report = host.apply(state(host));
      assertThat(report.faults()).isEmpty();
      assertThat(report.mtu()).hasValue(1450);
    }
    return hosts;
  }

  private DesiredState state(TestHost host) {
    return Plans.vxlan(hosts.indexOf(host) + 1, HOSTS);
  }

  @Test
  void containersReachEachOtherAcrossHosts() throws Exception {
    TestNetwork first = running().get(0).container(2);
    TestNetwork unusedSecond = hosts.get(1).container(2);
    TestNetwork third = hosts.get(2).container(5);

    first.run("ping -c 2 -i 0.2 -W 2 " + Plans.container(2, 2));
    first.run("ping -c 2 -i 0.2 -W 2 " + Plans.container(3, 5));
    first.run("ping -c 2 -i 0.2 -W 2 " + Plans.container6(2, 2));
    third.run("ping -c 2 -i 0.2 -W 2 " + Plans.container6(1, 2));
    third.run("ping -c 2 -i 0.2 -W 2 " + Plans.container(1, 2));
  }
}
