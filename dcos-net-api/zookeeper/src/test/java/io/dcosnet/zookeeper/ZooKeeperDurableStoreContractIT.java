// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.store.DurableStore;
import io.dcosnet.testkit.DurableStoreContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Each test in an own part of the tree of one server. */
class ZooKeeperDurableStoreContractIT extends DurableStoreContract {

  private static final AtomicInteger STORES = new AtomicInteger();
  private static TestingServer server;

  private final String root = "/dcos-net/store-" + STORES.incrementAndGet();

  @BeforeAll
  static void startServer() throws Exception {
    server = new TestingServer();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @Override
  protected DurableStore create() {
    return open();
  }

  @Override
  protected DurableStore reopen(DurableStore before) {
    return open();
  }

  private DurableStore open() {
    return ZooKeeperDurableStore.builder(
            ZooKeeperUrl.parse("zk://" + server.getConnectString() + root))
        .sessionTimeout(Duration.ofSeconds(30)) // a busy machine must not end one
        .open();
  }
}
