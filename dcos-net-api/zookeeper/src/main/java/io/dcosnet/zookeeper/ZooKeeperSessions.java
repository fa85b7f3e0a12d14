// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How all parts of this module make their sessions and threads. */
final class ZooKeeperSessions {

  private static final Logger LOGGER = LoggerFactory.getLogger(ZooKeeperSessions.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LAST_RETRY = Duration.ofSeconds(10);
  private static final int RETRIES = 29; // as many as Curator allows; then it waits to reconnect

  private ZooKeeperSessions() {}

  /**
   * A session that is not open yet.
   *
   * @param infix tells its threads from others
   */
  static CuratorFramework build(ZooKeeperUrl url, Duration sessionTimeout, String infix) {
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(url.connectString())
            .ensembleTracker(false) // what was configured is asked, and old servers tell nothing
            .sessionTimeoutMs((int) sessionTimeout.toMillis())
            .connectionTimeoutMs((int) CONNECT_TIMEOUT.toMillis())
            .retryPolicy(
                new BoundedExponentialBackoffRetry(
                    (int) FIRST_RETRY.toMillis(), (int) LAST_RETRY.toMillis(), RETRIES))
            .threadFactory(threads(infix + "-"));
    String credentials = url.credentials();
    if (credentials != null) {
      builder
          .authorization("digest", credentials.getBytes(StandardCharsets.UTF_8))
          .aclProvider(new OwnOnly());
    }
    return builder.build();
  }

  /** What is made with credentials nobody else may use: leaders are elected by such nodes. */
  private static final class OwnOnly implements ACLProvider {
    @Override
    public List<ACL> getDefaultAcl() {
      return ZooDefs.Ids.CREATOR_ALL_ACL;
    }

    @Override
    public List<ACL> getAclForPath(String path) {
      return ZooDefs.Ids.CREATOR_ALL_ACL;
    }
  }

  /** ZooKeeper's client may block while it starts or ends, and names its threads after ours. */
  static CompletionStage<Void> onOwnThread(String suffix, Runnable work) {
    return CompletableFuture.runAsync(work, task -> thread(task, suffix).start());
  }

  static ThreadFactory threads(String infix) {
    AtomicInteger count = new AtomicInteger();
    return work -> thread(work, infix + count.incrementAndGet());
  }

  static Thread thread(Runnable work, String suffix) {
    Thread thread = new Thread(work, "dcosnet-zookeeper" + suffix);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (dead, failure) -> LOGGER.error("{} ended by a failure", dead.getName(), failure));
    return thread;
  }
}
