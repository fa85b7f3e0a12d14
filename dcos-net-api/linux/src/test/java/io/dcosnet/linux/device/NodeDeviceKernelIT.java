// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.linux.netlink.NetlinkWatch;
import io.dcosnet.testkit.Required;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The addresses of a node as {@code ip} shows them, whatever was there before. */
@Tag("kernel")
class NodeDeviceKernelIT {

  private static final String NAME = "spartan";
  private static final IpAddress FIRST = IpAddress.parse("198.51.100.1");
  private static final IpAddress SECOND = IpAddress.parse("198.51.100.2");
  private static final IpAddress FIRST6 = IpAddress.parse("2001:db8::1");
  private static final List<IpAddress> ALL = List.of(FIRST, SECOND, FIRST6);

  private OwnNetwork network;
  private NodeDevice device;

  @BeforeEach
  void open() {
    Required.program("ip", "iproute2");
    network = OwnNetwork.create();
    network.run("ip", "link", "set", "lo", "up");
    device = network.namespace().call(() -> NodeDevice.open(NAME, ALL));
  }

  @AfterEach
  void close() {
    if (network != null) {
      device.close();
      network.close();
    }
  }

  @Test
  void givesThisNodeItsAddresses() {
    NodeAddresses now = device.ensure();

    assertThat(now.device()).isEqualTo(NAME);
    assertThat(now.kind()).isIn("dummy", "bridge"); // whichever the kernel has
    assertThat(now.there()).containsExactlyElementsOf(ALL);
    assertThat(now.refused()).isEmpty();
    assertThat(network.run("ip", "-d", "link", "show", NAME)).contains("UP", "alias dcos-net node");
    assertThat(addresses())
        .contains("inet 198.51.100.1/32", "inet 198.51.100.2/32", "inet6 2001:db8::1/128");
    for (IpAddress address : ALL) {
      assertThat(isBound(address)).as("%s can be used at once", address).isTrue();
    }
  }

  @Test
  void changesNothingThatIsRight() {
    device.ensure();
    String before = addresses().replace(" tentative", "");

    assertThat(device.ensure().changes()).isEmpty();
    assertThat(addresses().replace(" tentative", "")).isEqualTo(before);
  }

  @Test
  void saysWhatOneWouldTellIp() {
    NodeAddresses now = device.ensure();

    assertThat(now.changes())
        .containsExactly(
            "ip link add spartan type " + now.kind(),
            "ip link set spartan up",
            "ip address add 198.51.100.1/32 dev spartan",
            "ip address add 198.51.100.2/32 dev spartan",
            "ip address add 2001:db8::1/128 dev spartan");
  }

  @Test
  void putsBackWhatSomebodyTookAway() {
    device.ensure();
    network.run("ip", "address", "del", "198.51.100.2/32", "dev", NAME);

    assertThat(device.ensure().changes())
        .containsExactly("ip address add 198.51.100.2/32 dev spartan");

    network.run("ip", "link", "set", NAME, "down"); // which takes the IPv6 address, too
    assertThat(device.ensure().there()).containsExactlyElementsOf(ALL);
    assertThat(isBound(FIRST6)).isTrue();

    network.run("ip", "link", "del", NAME);
    assertThat(device.ensure().there()).containsExactlyElementsOf(ALL);
  }

  @Test
  void takesOverWhatAnEarlierProcessLeft() {
    device.ensure();
    try (NodeDevice after = network.namespace().call(() -> NodeDevice.open(NAME, List.of(FIRST)))) {

      assertThat(after.ensure().changes())
          .containsExactly(
              "ip address del 198.51.100.2/32 dev spartan",
              "ip address del 2001:db8::1/128 dev spartan");
      assertThat(after.remove()).hasSize(2);
    }
    assertThat(network.run("ip", "link")).doesNotContain(NAME);
  }

  @Test
  void takesOverADeviceThatACrashLeftUntagged() {
    network.run("ip", "link", "add", NAME, "type", "bridge");

    assertThat(device.ensure().there()).containsExactlyElementsOf(ALL);
    assertThat(device.remove()).contains("ip link spartan type bridge");
  }

  @Test
  void usesADeviceOfSomebodyElseAndLeavesIt() {
    network.run("ip", "link", "add", NAME, "up", "type", "bridge");
    network.run("ip", "address", "add", "198.51.100.2/32", "dev", NAME);
    network.run("ip", "address", "add", "198.51.100.9/32", "dev", NAME);

    assertThat(device.ensure().there()).containsExactlyElementsOf(ALL);
    assertThat(device.remove())
        .containsExactly(
            "ip address 198.51.100.1/32 dev spartan", "ip address 2001:db8::1/128 dev spartan");
    assertThat(addresses()).contains("198.51.100.2/32", "198.51.100.9/32");
    assertThat(addresses()).doesNotContain("198.51.100.1/32", "2001:db8::1");
  }

  @Test
  void movesAddressesFromTheLoopbackDeviceOnceThereIsABetterOne() {
    try (NodeDevice before = network.namespace().call(() -> NodeDevice.open("lo", ALL))) {
      assertThat(before.ensure().kind()).isEqualTo("loopback");
      assertThat(isBound(FIRST6)).isTrue();

      assertThat(device.ensure().there()).containsExactlyElementsOf(ALL);

      assertThat(network.run("ip", "address", "show", "dev", "lo")).doesNotContain("198.51.100");
      assertThat(before.list()).hasSize(4); // what the other one has, too
    }
  }

  @Test
  void removesAllOfItsOwnAndNothingElse() {
    network.run("ip", "address", "add", "192.0.2.1/32", "dev", "lo");
    String before = network.run("ip", "address", "show", "dev", "lo");
    device.ensure();

    assertThat(device.list()).hasSize(4);
    assertThat(device.remove()).hasSize(4);

    assertThat(device.list()).isEmpty();
    assertThat(device.remove()).isEmpty();
    assertThat(network.run("ip", "link")).doesNotContain(NAME);
    assertThat(network.run("ip", "address", "show", "dev", "lo")).isEqualTo(before);
  }

  @Test
  void removesADeviceThatHasAnotherNameThanNow() {
    try (NodeDevice other = network.namespace().call(() -> NodeDevice.open("before", ALL))) {
      other.ensure();
    }
    assertThat(device.remove()).hasSize(4);
    assertThat(device.list()).isEmpty();
    assertThat(network.run("ip", "link")).doesNotContain("before");
  }

  @Test
  void tellsWhichAddressesTheKernelRefuses() {
    network.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
    network.run("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");

    NodeAddresses now = device.ensure();

    assertThat(now.there()).containsExactly(FIRST, SECOND);
    assertThat(now.refused()).containsOnlyKeys(FIRST6);
    assertThat(now.refused().get(FIRST6)).contains("2001:db8::1/128", "EACCES");
  }

  @Test
  void isToldWithinASecondWhatSomebodyTakes() {
    device.ensure();
    AtomicInteger repaired = new AtomicInteger();
    Duration never = Duration.ofHours(1);
    try (NetlinkWatch watch =
        network
            .namespace()
            .call(
                () ->
                    NetlinkWatch.begin(
                        "dcosnet-device",
                        NodeDevice.monitor(),
                        never,
                        device::concerns,
                        () -> repaired.addAndGet(repair())))) {
      assertThat(watch).isNotNull();

      network.run("ip", "address", "del", "198.51.100.1/32", "dev", NAME);
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(isBound(FIRST)).isTrue());

      network.run("ip", "link", "set", NAME, "down");
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(isBound(FIRST6)).isTrue());

      network.run("ip", "link", "del", NAME);
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(isBound(FIRST)).isTrue());
      await().untilAsserted(() -> assertThat(repaired.get()).isGreaterThanOrEqualTo(8));
    }
  }

  @Test
  void looksNowAndThenWithoutBeingTold() {
    device.ensure();
    AtomicInteger looks = new AtomicInteger();
    try (NetlinkWatch watch =
        NetlinkWatch.begin(
            "dcosnet-device",
            network.namespace().call(NodeDevice::monitor),
            Duration.ofMillis(20),
            message -> false,
            looks::incrementAndGet)) {
      assertThat(watch).isNotNull();
      await().untilAsserted(() -> assertThat(looks.get()).isGreaterThanOrEqualTo(3));
    }
    int atEnd = looks.get();
    await().during(Duration.ofMillis(100)).until(() -> looks.get() <= atEnd + 1);
  }

  @Test
  void refusesANameThatTheKernelDoesNotTake() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> NodeDevice.open("a name that is too long", ALL));
  }

  private int repair() {
    try {
      return device.ensure().changes().size();
    } catch (KernelException e) {
      return 0; // what it worked on was taken meanwhile, and there are more news
    }
  }

  private String addresses() {
    return network.run("ip", "-o", "address", "show", "dev", NAME);
  }

  private boolean isBound(IpAddress address) {
    return network
        .namespace()
        .call(
            () -> {
              try (DatagramSocket socket =
                  new DatagramSocket(new InetSocketAddress(address.toInetAddress(), 0))) {
                return socket.isBound();
              } catch (SocketException e) {
                return false;
              }
            });
  }
}
