// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.capability.Capabilities;
import io.dcosnet.linux.capability.Feature;
import io.dcosnet.linux.route.Links;
import io.dcosnet.standalone.overlay.Datagrams.End;
import io.dcosnet.testkit.Required;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the self test finds out about a network is so: here, of the wire between its hosts. */
@Tag("kernel")
class SelfTestProbesKernelIT {

  private static final int MTU = 1400;

  private TestUnderlay underlay;
  private TestHost one;
  private TestHost two;

  @BeforeEach
  void connect() {
    Required.that(Capabilities.probe().has(Feature.NAMESPACES), "root is needed");
    underlay = new TestUnderlay(MTU);
    one = new TestHost(1, underlay);
    two = new TestHost(2, underlay);
  }

  @AfterEach
  void close() {
    if (underlay != null) {
      one.close();
      two.close();
      underlay.close();
    }
  }

  @Test
  void aPacketThatFitsComesAndALargerOneIsRefusedAtOnce() {
    assertThat(Datagrams.fault(end(one), end(two), MTU)).isEmpty();
    assertThat(Datagrams.fault(end(one), end(two), MTU + 1).orElseThrow()).contains("refused");
  }

  @Test
  void octetsOverTcpComeAsTheyWereSent() {
    assertThat(Transfers.fault(end(one), end(two))).isEmpty();
  }

  @Test
  void saysWhatIsWrongWhenNobodyAnswers() {
    two.move(IpAddress.parse("192.0.2.77"));
    End gone = end(two);
    two.routes().change(Links.setUp(two.routes().link("eth0").orElseThrow().index(), false));

    assertThat(Datagrams.fault(end(one), gone, MTU)).isPresent();
    assertThat(Transfers.fault(end(one), gone)).isPresent();
  }

  private static End end(TestHost host) {
    return host.end(host.address());
  }
}
