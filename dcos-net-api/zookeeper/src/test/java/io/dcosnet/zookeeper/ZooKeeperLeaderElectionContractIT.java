// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.testkit.LeaderElectionContract;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Each test is an election of its own on one server. */
class ZooKeeperLeaderElectionContractIT extends LeaderElectionContract {

  private static final AtomicInteger ELECTIONS = new AtomicInteger();
  private static TestingServer server;

  private final String path = "/dcos-net/overlay/leader-" + ELECTIONS.incrementAndGet();

  @BeforeAll
  static void startServer() throws Exception {
    server = new TestingServer();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @Override
  protected LeaderElection enter(URI address) {
    ZooKeeperUrl url = ZooKeeperUrl.parse("zk://" + server.getConnectString() + path);
    ZooKeeperLeaderElection candidate =
        ZooKeeperLeaderElection.builder(url, address)
            .sessionTimeout(Duration.ofSeconds(30)) // a busy machine must not end one
            .build();
    candidate.start().toCompletableFuture().join();
    return candidate;
  }

  @Override
  protected void leave(LeaderElection candidate) {
    ((ZooKeeperLeaderElection) candidate).close();
  }
}
