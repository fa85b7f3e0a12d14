// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.ChildJvm;
import io.dcosnet.testkit.Required;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server on one host with several addresses, and its clients on another one. */
@Tag("kernel")
class BatchUdpSocketKernelIT {

  private static final String SERVER = "dcosnet-udp-s" + ProcessHandle.current().pid();
  private static final String CLIENT = "dcosnet-udp-c" + ProcessHandle.current().pid();

  /** The first ones are those from which an answer would leave by itself. */
  private static final List<String> ADDRESSES =
      List.of("192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2", "2001:db8::3");

  @BeforeEach
  void connectTwoHosts() throws Exception {
    Required.program("ip", "iproute2");
    Required.that(Files.isWritable(Path.of("/proc/sys/net/core/rmem_max")), "root is needed");
    for (String host : List.of(SERVER, CLIENT)) {
      ip("netns add " + host);
      // Addresses shall be there at once, not only after a look for others that have them.
      ip("netns exec " + host + " sysctl -q -w net.ipv6.conf.default.accept_dad=0");
    }
    ip("-n " + SERVER + " link add eth0 type veth peer name eth0 netns " + CLIENT);
    ip("-n " + CLIENT + " addr add 192.0.2.99/24 dev eth0");
    ip("-n " + CLIENT + " addr add 2001:db8::99/64 dev eth0 nodad");
    for (String address : ADDRESSES) {
      String prefix = address.contains(":") ? "/64 dev eth0 nodad" : "/24 dev eth0";
      ip("-n " + SERVER + " addr add " + address + prefix);
    }
    for (String host : List.of(SERVER, CLIENT)) {
      ip("-n " + host + " link set lo up");
      ip("-n " + host + " link set eth0 up");
    }
  }

  @AfterEach
  void removeThem() throws Exception {
    for (String host : List.of(SERVER, CLIENT)) {
      if (Files.exists(Path.of("/run/netns", host))) {
        ip("netns del " + host);
      }
    }
  }

  /** Echoes what comes until its input ends; tells its port first. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] args) throws IOException {
      HostPort wanted = new HostPort(IpAddress.parse(args[0]), 0);
      byte[] octets = new byte[4096];
      try (BatchUdpSocket socket = BatchUdpSocket.builder().dualStack(true).open(wanted)) {
        System.out.println(socket.localAddress().port());
        while (System.in.available() == 0) {
          int count = socket.receive();
          for (int i = 0; i < count; i++) {
            socket.answer(i, octets, socket.copy(i, octets));
          }
          int lost = socket.send();
          if (lost > 0) {
            System.out.println("lost " + lost);
          }
        }
      }
    }
  }

  /** Asks each of the addresses and says which of them answered from where it was asked. */
  static final class Ask {
    private Ask() {}

    public static void main(String[] args) throws IOException {
      int port = Integer.parseInt(args[0]);
      for (int i = 1; i < args.length; i++) {
        try (java.net.DatagramSocket client = new java.net.DatagramSocket()) {
          client.setSoTimeout(2000);
          client.connect(new java.net.InetSocketAddress(args[i], port)); // hears nobody else
          client.send(new java.net.DatagramPacket(new byte[] {1, 2, 3}, 3));
          client.receive(new java.net.DatagramPacket(new byte[16], 16));
          System.out.println(args[i]);
        } catch (java.net.SocketTimeoutException e) {
          System.out.println("nothing from " + args[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 0, 3", "::, 0, 6"})
  void answersFromTheAddressThatWasAsked(String bound, int first, int end) throws Exception {
    assertThat(answersOf(bound, ADDRESSES.subList(first, end)))
        .isEqualTo(ADDRESSES.subList(first, end));
  }

  @Test
  void answersFromALinkLocalAddress() throws Exception {
    // The kernel gives each end its address some time after both are up.
    for (String host : List.of(SERVER, CLIENT)) {
      await().until(() -> linkLocal(host).contains("inet6 fe80"));
    }
    String address = linkLocal(SERVER).replaceAll("(?s).*inet6 (fe80[^/]*)/.*", "$1") + "%eth0";

    assertThat(answersOf("::", List.of(address))).containsExactly(address);
  }

  private static String linkLocal(String host) throws Exception {
    return ip("-n " + host + " -6 -o addr show dev eth0 scope link -tentative");
  }

  private static List<String> answersOf(String bound, List<String> addresses) throws Exception {
    Process server = java(SERVER, Echo.class, List.of(bound));
    try (BufferedReader told = server.inputReader(UTF_8)) {
      List<String> arguments = new ArrayList<>(List.of(told.readLine()));
      arguments.addAll(addresses);
      Process client = java(CLIENT, Ask.class, arguments);
      String output = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return output.lines().toList();
    } finally {
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static Process java(String host, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", host));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", ChildJvm.classPath(), main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String ip(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("ip %s: %s", arguments, output).isZero();
    return output;
  }
}
