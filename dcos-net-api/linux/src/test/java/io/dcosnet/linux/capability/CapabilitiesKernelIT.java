// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.capability;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.linux.ChildJvm;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.linux.generic.GenericSocket;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.testkit.Required;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class CapabilitiesKernelIT {

  /** Prints what there is, one to a line. */
  static final class Show {
    private Show() {}

    public static void main(String[] args) {
      Capabilities.probe().list().forEach(System.out::println);
    }
  }

  @Test
  void findsWhatTheToolsCanUse() {
    Required.program("ip", "iproute2");
    Required.program("nft", "nftables");
    try (OwnNetwork network = OwnNetwork.create()) {
      Capabilities found = network.namespace().call(Capabilities::probe);

      assertThat(found.list()).extracting(Capability::feature).containsExactly(Feature.values());
      for (String kind : List.of("dummy", "bridge", "veth", "vxlan")) {
        Feature feature =
            Arrays.stream(Feature.values())
                .filter(f -> f.name().toLowerCase(Locale.ROOT).startsWith(kind))
                .findFirst()
                .orElseThrow();
        assertThat(found.has(feature)).as("%s", found.get(feature)).isEqualTo(adds(network, kind));
      }
      for (Feature feature :
          List.of(
              Feature.NETWORK_ADMIN,
              Feature.NAMESPACES,
              Feature.NFTABLES,
              Feature.NFTABLES_NAT,
              Feature.LIBNFTABLES,
              Feature.CONNTRACK,
              Feature.NEXT_HOPS,
              Feature.SOCKET_DESTROY)) {
        assertThat(found.has(feature)).as("%s", found.get(feature)).isTrue();
      }
    }
  }

  private static boolean adds(OwnNetwork network, String kind) {
    String more = kind.equals("vxlan") ? " id 7 dstport 4789" : "";
    String said =
        network.run("sh", "-c", "ip link add probed type " + kind + more + " 2>&1 || true");
    assertThat(said).isIn("", "Error: Unknown device type.\n");
    return said.isEmpty() && !network.run("ip", "link", "del", "probed").contains("Error");
  }

  @Test
  void leavesNothingBehind() {
    Required.program("nft", "nftables");
    try (OwnNetwork network = OwnNetwork.create();
        NetlinkMonitor monitor =
            network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.NETFILTER, 7))) {
      String links = network.run("ip", "-o", "link");

      Capabilities found = network.namespace().call(Capabilities::probe);

      assertThat(found.has(Feature.NFTABLES)).isTrue();
      assertThat(network.run("ip", "-o", "link")).isEqualTo(links);
      assertThat(network.run("nft", "list", "ruleset")).isEmpty();
      List<Message> heard = new ArrayList<>();
      monitor.await(
          Duration.ZERO,
          new NetlinkMonitor.Listener() {
            @Override
            public void changed(Message message) {
              heard.add(message);
            }

            @Override
            public void lost() {
              throw new AssertionError("lost");
            }
          });
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void saysWhatIsMissingWithoutRights() throws Exception {
    OwnNetwork.requireRoot();
    Required.program("setpriv", "util-linux");
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", ChildJvm.classPath(), Show.class.getName()));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();

    String eperm = "EPERM (operation not permitted)";
    assertThat(output)
        .contains("change the network: no (change nothing of link 1: " + eperm + ")")
        .contains("network namespaces: no (make a network namespace: " + eperm + ")")
        .contains("VXLAN links: no (add vxlan with an impossible name: " + eperm + ")")
        .contains("nftables: no (change nftables: " + eperm + ")")
        .contains("connection tracking: no (show a flow that is not there: " + eperm + ")")
        .contains("cutting sockets: no (change nothing of link 1: " + eperm + ")");
  }

  @Test
  void findsFamiliesByTheirNames() {
    OwnNetwork.requireRoot();
    try (GenericSocket socket = GenericSocket.open()) {
      assertThat(socket.family("nlctrl"))
          .hasValueSatisfying(
              family -> {
                assertThat(family.id()).isEqualTo(16);
                assertThat(family.groups()).containsEntry("notify", 16);
              });
      assertThat(socket.family("dcosnet-none")).isEmpty();
    }
  }
}
