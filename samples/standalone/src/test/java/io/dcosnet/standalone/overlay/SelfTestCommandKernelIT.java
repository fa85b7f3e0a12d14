// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.linux.capability.Capabilities;
import io.dcosnet.linux.capability.Feature;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.testkit.Required;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code overlay self-test} says, and that it leaves the machine as it was. */
@Tag("kernel")
class SelfTestCommandKernelIT {

  private static final int INTERRUPTED = 128 + 2;

  private List<String> before;

  @BeforeEach
  void look() {
    Capabilities here = Capabilities.probe();
    Required.that(here.has(Feature.NAMESPACES) && here.has(Feature.VXLAN_LINKS), "root is needed");
    before = machine();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(machine()).isEqualTo(before);
  }

  /** Links and rules of the machine itself. */
  private static List<String> machine() {
    List<String> all = new ArrayList<>();
    try (RouteSocket socket = RouteSocket.open()) {
      socket.links().stream().map(Link::name).forEach(all::add);
      for (AddressFamily family : AddressFamily.ALL) {
        socket.rules(family).forEach(rule -> all.add(rule.toString()));
      }
    }
    return all;
  }

  @Test
  void triesEveryWayBetweenThreeHosts() {
    CommandRun run = CommandRun.of("overlay", "self-test", "--hosts", "3");

    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("none of 1451 octets from a container of host 2 to one of host 3, IPv6")
        .contains("a container of host 3 reaches 192.0.2.1 and keeps its address")
        .contains("host 3 moves to 192.0.2.200")
        .contains("all 62 steps hold")
        .doesNotContain("FAIL");
  }

  @Test
  void endsAtOnceWhenSomebodyInterruptsIt() {
    try (LauncherProcess process =
        LauncherProcess.start(
            List.of(), Redirect.DISCARD, "overlay", "self-test", "--hosts", "8")) {
      List<String> unused = process.until(line -> line.contains("host 1 starts a container"));

      assertThat(process.endBy("INT")).isEqualTo(INTERRUPTED);
      assertThat(process.rest()).noneMatch(line -> line.contains("one of host 8"));
    }
  }

  @Test
  void saysWhatIsMissingWithoutRoot() {
    Required.program("setpriv", "util-linux");
    try (LauncherProcess process =
        LauncherProcess.start(
            List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"),
            Redirect.DISCARD,
            "overlay",
            "self-test")) {
      assertThat(process.exit()).isEqualTo(3);
      assertThat(process.rest()).isEmpty();
    }
  }

  @Test
  void refusesNumbersOfHostsThatMakeNoSense() {
    assertThat(CommandRun.of("overlay", "self-test", "--hosts", "1").exitCode()).isEqualTo(2);
  }
}
