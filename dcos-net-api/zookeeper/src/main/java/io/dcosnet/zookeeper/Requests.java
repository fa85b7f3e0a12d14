// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.Scheduler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Single requests to ZooKeeper. None is repeated: a transaction that is sent twice fails the second
 * time although it was written the first time, and nobody could tell. So Curator keeps the session,
 * and the requests pass its retries by.
 *
 * <p>Requests are answered in the order in which they were made. Stages complete on the scheduler,
 * when it is closed on any thread, and fail with {@link KeeperException}.
 */
final class Requests {

  /** What is in a node. */
  record Node(Bytes data, Stat stat) {}

  private interface Call {
    void on(ZooKeeper client);
  }

  private final CuratorFramework session;
  private final Scheduler scheduler;
  private final List<ACL> acl;

  /**
   * Requests on a session that somebody else opens and closes.
   *
   * @param acl of nodes that are made
   */
  Requests(CuratorFramework session, Scheduler scheduler, List<ACL> acl) {
    this.session = session;
    this.scheduler = scheduler;
    this.acl = List.copyOf(acl);
  }

  CompletableFuture<Node> get(String path) {
    CompletableFuture<Node> result = new CompletableFuture<>();
    return ask(
        result,
        client ->
            client.getData(
                path,
                false,
                (code, where, context, data, stat) ->
                    answer(result, code, where, () -> new Node(bytes(data), stat)),
                null));
  }

  CompletableFuture<List<String>> children(String path) {
    CompletableFuture<List<String>> result = new CompletableFuture<>();
    return ask(
        result,
        client ->
            client.getChildren(
                path,
                false,
                (int code, String where, Object context, List<String> names) ->
                    answer(result, code, where, () -> names),
                null));
  }

  /** What is read afterwards is at least as new as this request. */
  CompletableFuture<Void> sync(String path) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    return ask(
        result,
        client ->
            client.sync(
                path, (code, where, context) -> answer(result, code, where, () -> null), null));
  }

  CompletableFuture<Stat> set(String path, byte[] data, int version) {
    CompletableFuture<Stat> result = new CompletableFuture<>();
    return ask(
        result,
        client ->
            client.setData(
                path,
                data,
                version,
                (code, where, context, stat) -> answer(result, code, where, () -> stat),
                null));
  }

  /** Makes an empty node, or leaves the one that is there. */
  CompletableFuture<Void> ensure(String path) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    return ask(
        result,
        client ->
            client.create(
                path,
                new byte[0],
                acl,
                CreateMode.PERSISTENT,
                (int code, String where, Object context, String name) ->
                    answer(
                        result,
                        code == Code.NODEEXISTS.intValue() ? Code.OK.intValue() : code,
                        where,
                        () -> null),
                null));
  }

  /** All or nothing. The failure is that of the first operation that failed. */
  CompletableFuture<List<OpResult>> multi(List<Op> operations) {
    CompletableFuture<List<OpResult>> result = new CompletableFuture<>();
    return ask(
        result,
        client ->
            client.multi(
                operations,
                (code, where, context, results) -> answer(result, code, where, () -> results),
                null));
  }

  Op create(String path, byte[] data) {
    return Op.create(path, data, acl, CreateMode.PERSISTENT);
  }

  private <T> CompletableFuture<T> ask(CompletableFuture<T> result, Call call) {
    try {
      call.on(session.getZookeeperClient().getZooKeeper());
    } catch (KeeperException e) {
      result.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.completeExceptionally(KeeperException.create(Code.CONNECTIONLOSS));
    } catch (Exception e) { // declared by Curator: there is no client, as before and after a life
      KeeperException lost = KeeperException.create(Code.CONNECTIONLOSS);
      lost.initCause(e);
      result.completeExceptionally(lost);
    }
    return result;
  }

  private interface Value<T> {
    @Nullable T get();
  }

  private <T> void answer(
      CompletableFuture<T> result, int code, @Nullable String path, Value<T> value) {
    Consumer<CompletableFuture<T>> completion =
        code == Code.OK.intValue()
            ? future -> future.complete(value.get())
            : future -> future.completeExceptionally(KeeperException.create(Code.get(code), path));
    try {
      scheduler.execute(() -> completion.accept(result));
    } catch (RejectedExecutionException e) {
      completion.accept(result); // nobody is left to be disturbed
    }
  }

  private static Bytes bytes(byte @Nullable [] data) {
    return data == null ? Bytes.EMPTY : Bytes.copyOf(data);
  }
}
