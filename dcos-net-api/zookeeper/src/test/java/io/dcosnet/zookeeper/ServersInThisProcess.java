// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;

/** Servers of ZooKeeper for tests. */
final class ServersInThisProcess {

  private static final int TICK_MILLIS = 250; // they find each other soon; sessions up to 5 s

  private ServersInThisProcess() {}

  /** Three that elect one of them; no more than one may be away. */
  static TestingCluster three() throws Exception {
    InstanceSpec[] specs = new InstanceSpec[3];
    for (int i = 0; i < specs.length; i++) {
      specs[i] = new InstanceSpec(null, -1, -1, -1, true, i + 1, TICK_MILLIS, -1);
    }
    TestingCluster cluster = new TestingCluster(specs);
    cluster.start();
    return cluster;
  }

  /** Through which all writes go now. */
  static Optional<InstanceSpec> leaderOf(TestingCluster cluster) {
    return cluster.getInstances().stream()
        .filter(server -> status(server).contains("Mode: leader"))
        .findFirst();
  }

  private static String status(InstanceSpec server) {
    try (Socket socket = new Socket(server.getHostname(), server.getPort())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write("srvr".getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      return ""; // it is not up
    }
  }
}
