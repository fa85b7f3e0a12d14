// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DcosNetException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.TreeCache;
import org.apache.curator.framework.recipes.cache.TreeCacheEvent;
import org.apache.curator.framework.recipes.cache.TreeCacheSelector;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of one path with their data, as Curator keeps them. <b>Thread-safe.</b>
 *
 * <p>Why {@link TreeCache}, which Curator advises against: its successor needs watches that servers
 * before ZooKeeper 3.6 do not have, and those are what DC/OS clusters run. {@code
 * PathChildrenCache}, the other one, creates the path where there is none.
 */
@SuppressWarnings("deprecation")
final class NodeWatch {

  private static final Logger LOGGER = LoggerFactory.getLogger(NodeWatch.class);

  private final ZooKeeperUrl url;
  private final Consumer<Map<String, byte[]>> listener;
  private final CuratorFramework client;
  private final TreeCache cache;

  private boolean complete; // touched by the cache's thread alone
  private volatile boolean connected;
  private volatile @Nullable String connectionFailure = "not connected yet";
  private volatile @Nullable String pathFailure;

  /**
   * A watch that asks nobody yet.
   *
   * @param infix tells its threads from others
   * @param wanted names of the nodes that count
   * @param listener is told of all these nodes at each change, by one thread
   */
  NodeWatch(
      ZooKeeperUrl url,
      Duration sessionTimeout,
      String infix,
      Predicate<String> wanted,
      Consumer<Map<String, byte[]>> listener) {
    this.url = url;
    this.listener = listener;
    client = ZooKeeperSessions.build(url, sessionTimeout, infix);
    cache =
        TreeCache.newBuilder(client, url.path())
            .setMaxDepth(1)
            .setExecutor(ZooKeeperSessions.threads(infix + "-cache-"))
            .setSelector(new WantedOnly(url.path(), wanted))
            .build();
  }

  private record WantedOnly(String path, Predicate<String> wanted) implements TreeCacheSelector {
    @Override
    public boolean traverseChildren(String fullPath) {
      return fullPath.equals(path);
    }

    @Override
    public boolean acceptChild(String fullPath) {
      return wanted.test(ZKPaths.getNodeFromPath(fullPath));
    }
  }

  void open() {
    client
        .getConnectionStateListenable()
        .addListener((framework, state) -> connectionChanged(state));
    cache.getListenable().addListener((framework, event) -> changed(event));
    cache
        .getUnhandledErrorListenable()
        .addListener((message, failure) -> LOGGER.error("zookeeper: {}", message, failure));
    client.start();
    try {
      cache.start();
    } catch (Exception e) { // declared by Curator, thrown only for a misuse
      throw new DcosNetException("zookeeper: cannot watch " + url + ": " + e.getMessage(), e);
    }
  }

  void close() {
    cache.close();
    client.close();
    connected = false;
    connectionFailure = "closed";
  }

  boolean isConnected() {
    return connected;
  }

  /** Why nodes cannot be watched now; null when they are. */
  @Nullable String failure() {
    return connectionFailure != null ? connectionFailure : pathFailure;
  }

  private void connectionChanged(ConnectionState state) {
    connected = state.isConnected();
    if (connected) {
      connectionFailure = null;
      LOGGER.info("zookeeper is connected: url={}", url);
      askForReason();
    } else {
      boolean lost = state == ConnectionState.LOST;
      connectionFailure = lost ? "the session is lost" : "the connection is lost";
      LOGGER.warn("zookeeper is away, what is known stays: url={} state={}", url, state);
    }
  }

  private void changed(TreeCacheEvent event) {
    switch (event.getType()) {
      case INITIALIZED -> complete = true;
      case NODE_ADDED, NODE_UPDATED, NODE_REMOVED -> {}
      default -> {
        return; // connections are followed on their own
      }
    }
    Map<String, ChildData> children = cache.getCurrentChildren(url.path());
    if (children == null) {
      askForReason();
    } else {
      pathFailure = null;
    }
    if (complete) { // half of the nodes may lack the one that leads
      Map<String, byte[]> nodes = new HashMap<>();
      if (children != null) {
        children.forEach((name, node) -> nodes.put(name, dataOf(node)));
      }
      listener.accept(nodes);
    }
  }

  private static byte[] dataOf(ChildData node) {
    byte[] data = node.getData();
    return data == null ? new byte[0] : data;
  }

  /** The cache says nothing when there is no path, or when it may not be read. */
  private void askForReason() {
    try {
      client
          .getChildren()
          .inBackground(
              (framework, event) -> explain(KeeperException.Code.get(event.getResultCode())))
          .forPath(url.path());
    } catch (Exception e) { // declared by Curator; in background it means that the client is closed
      LOGGER.debug("zookeeper: {} was not asked: {}", url, e.toString());
    }
  }

  private void explain(KeeperException.Code code) {
    pathFailure =
        switch (code) {
          case OK -> null;
          case NONODE -> "there is no " + url.path() + " (has a master ever run with it?)";
          case NOAUTH, AUTHFAILED ->
              "may not read " + url.path() + " (expected: the right user:password in the URL)";
          default -> "cannot read " + url.path() + ": " + code;
        };
  }

  /** The session that the watch opens and closes. */
  CuratorFramework session() {
    return client;
  }
}
