// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * Reads all keys below a node once. Many requests are under way at a time, because each waits for
 * the network and the tree of a large cluster is tens of thousands of nodes. What comes or goes
 * meanwhile may be in it or not; whoever needs one moment compares what stands beside the tree.
 *
 * <p><b>Confined to</b> the scheduler of its requests.
 */
final class TreeReader {

  /** A key as it stands. */
  record Leaf(Bytes value, long revision, int version) {}

  /**
   * What was found.
   *
   * @param directories that exist, without the top
   * @param foreign paths of nodes that no key has
   */
  record Tree(Map<String, Leaf> leaves, Set<String> directories, List<String> foreign) {}

  /** Requests at a time: enough to hide the network, few enough to leave room for others. */
  private static final int WINDOW = 512;

  private final Requests requests;
  private final KeyLayout layout;
  private final CompletableFuture<Tree> result = new CompletableFuture<>();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Map<String, Leaf> leaves = new HashMap<>();
  private final Set<String> directories = new HashSet<>();
  private final List<String> foreign = new ArrayList<>();
  private int underWay;

  private TreeReader(Requests requests, KeyLayout layout) {
    this.requests = requests;
    this.layout = layout;
  }

  /** Reads; fails with the first failure but that of a node that has gone. */
  static CompletableFuture<Tree> read(Requests requests, KeyLayout layout) {
    TreeReader reader = new TreeReader(requests, layout);
    reader.directory(layout.top());
    reader.goOn();
    return reader.result;
  }

  private void directory(String path) {
    waiting.add(
        () ->
            answered(
                requests.children(path),
                names -> {
                  for (String name : names) {
                    String child = path + "/" + name;
                    directories.add(child);
                    if (KeyLayout.isShard(name)) {
                      shard(child);
                    } else {
                      directory(child);
                    }
                  }
                }));
  }

  private void shard(String path) {
    waiting.add(
        () ->
            answered(
                requests.children(path), names -> names.forEach(name -> leaf(path + "/" + name))));
  }

  private void leaf(String path) {
    String key = layout.key(path);
    if (key == null) {
      foreign.add(path);
      return;
    }
    waiting.add(
        () ->
            answered(
                requests.get(path),
                node ->
                    leaves.put(
                        key,
                        new Leaf(node.data(), node.stat().getMzxid(), node.stat().getVersion()))));
  }

  private <T> void answered(CompletableFuture<T> answer, Consumer<T> then) {
    var unused =
        answer.whenComplete(
            (value, fault) -> {
              underWay--;
              if (fault != null && !isGone(fault)) {
                waiting.clear();
                result.completeExceptionally(fault);
              } else if (!result.isDone()) {
                if (fault == null) {
                  then.accept(value);
                }
                goOn();
              }
            });
  }

  private static boolean isGone(@Nullable Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    return cause instanceof KeeperException.NoNodeException;
  }

  private void goOn() {
    while (underWay < WINDOW && !waiting.isEmpty()) {
      underWay++;
      waiting.remove().run();
    }
    if (underWay == 0) {
      result.complete(new Tree(leaves, directories, foreign));
    }
  }
}
