// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DcosNetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.Stat;

/**
 * What stands beside the keys of a store: the newest fencing token, and the newest transaction.
 *
 * <pre>
 * &lt;root&gt;/format      "1"
 * &lt;root&gt;/epoch       newest fencing token, decimal
 * &lt;root&gt;/revision    token of the newest transaction; changed by every one, so that the id by
 *                    which ZooKeeper knows this change is the revision of the store
 * &lt;root&gt;/keys/…      KeyLayout
 * </pre>
 *
 * <b>Immutable.</b>
 *
 * @param path root of the store
 * @param epoch newest fencing token, 0 for none
 * @param epochVersion version of its node
 * @param revision of the newest transaction, 0 for none
 * @param revisionVersion version of its node
 */
record StoreHead(String path, long epoch, int epochVersion, long revision, int revisionVersion) {

  private static final String FORMAT = "1";

  /** Where the operation that tells the revision stands in {@link #guard}. */
  static final int REVISION_OPERATION = 1;

  static String keysOf(String root) {
    return child(root, "keys");
  }

  private static String child(String root, String name) {
    return root.equals("/") ? root + name : root + "/" + name;
  }

  /** Whether no transaction came between the two. */
  boolean hasSameKeys(StoreHead other) {
    return revision == other.revision && revisionVersion == other.revisionVersion;
  }

  /** Fails a transaction unless the head is still like this, and makes it the newest one. */
  List<Op> guard(long fence) {
    return List.of(
        Op.check(child(path, "epoch"), epochVersion),
        Op.setData(child(path, "revision"), text(fence), revisionVersion));
  }

  /** After a transaction. */
  StoreHead after(Stat written) {
    return new StoreHead(path, epoch, epochVersion, written.getMzxid(), written.getVersion());
  }

  /**
   * Writes the token into its node, if that is still the same one.
   *
   * @return the head with it
   */
  CompletableFuture<StoreHead> writeEpoch(Requests requests, long token) {
    return requests
        .set(child(path, "epoch"), text(token), epochVersion)
        .thenApply(
            stat -> new StoreHead(path, token, stat.getVersion(), revision, revisionVersion));
  }

  /** Reads it, at least as new as this call; makes an empty store where there is none. */
  static CompletableFuture<StoreHead> read(Requests requests, String root) {
    return readOnce(requests, root)
        .exceptionallyCompose(
            fault ->
                causeOf(fault) instanceof KeeperException.NoNodeException
                    ? found(requests, root).thenCompose(made -> readOnce(requests, root))
                    : CompletableFuture.failedFuture(causeOf(fault)));
  }

  static Throwable causeOf(Throwable fault) {
    Throwable cause = fault.getCause();
    return fault instanceof CompletionException && cause != null ? cause : fault;
  }

  /** All requests at once: they are answered in this order. */
  private static CompletableFuture<StoreHead> readOnce(Requests requests, String root) {
    var synced = requests.sync(root);
    var format = requests.get(child(root, "format"));
    var epoch = requests.get(child(root, "epoch"));
    var revision = requests.get(child(root, "revision"));
    return synced
        .thenCompose(done -> format)
        .thenCompose(
            node -> {
              String found = textOf(node);
              if (!found.equals(FORMAT)) {
                throw new DcosNetException(
                    "zookeeper: %s has format '%s' (expected: %s; a newer program wrote it, or it"
                            .formatted(root, shortened(found), FORMAT)
                        + " is something else)");
              }
              return epoch;
            })
        .thenCombine(revision, (token, newest) -> of(root, token, newest));
  }

  private static StoreHead of(String root, Requests.Node epoch, Requests.Node revision) {
    boolean written = revision.data().size() > 0;
    return new StoreHead(
        root,
        token(root, epoch),
        epoch.stat().getVersion(),
        written ? revision.stat().getMzxid() : 0,
        revision.stat().getVersion());
  }

  private static long token(String root, Requests.Node node) {
    try {
      return Long.parseLong(textOf(node));
    } catch (NumberFormatException e) {
      throw new DcosNetException(
          "zookeeper: %s holds '%s' (expected: a number; restore it, greater than any before)"
              .formatted(child(root, "epoch"), shortened(textOf(node))),
          e);
    }
  }

  /** Makes the root and what is above it, then the store at once; another may do so as well. */
  private static CompletableFuture<Void> found(Requests requests, String root) {
    List<CompletableFuture<Void>> parents = new ArrayList<>();
    if (root.length() > 1) {
      for (int slash = root.indexOf('/', 1); slash >= 0; slash = root.indexOf('/', slash + 1)) {
        parents.add(ensured(requests, root.substring(0, slash)));
      }
      parents.add(ensured(requests, root));
    }
    List<Op> store =
        List.of(
            requests.create(child(root, "format"), text(FORMAT)),
            requests.create(child(root, "epoch"), text(0)),
            requests.create(child(root, "revision"), new byte[0]),
            requests.create(keysOf(root), new byte[0]));
    return CompletableFuture.allOf(parents.toArray(CompletableFuture[]::new))
        .thenCompose(done -> requests.multi(store))
        .handle(
            (made, fault) -> {
              if (fault != null
                  && !(causeOf(fault) instanceof KeeperException.NodeExistsException)) {
                throw new CompletionException(causeOf(fault));
              }
              return null;
            });
  }

  /** Who may not make a node may still use the one that somebody made for them. */
  private static CompletableFuture<Void> ensured(Requests requests, String path) {
    return requests
        .ensure(path)
        .exceptionally(
            fault -> {
              if (!(causeOf(fault) instanceof KeeperException.NoAuthException)) {
                throw new CompletionException(causeOf(fault));
              }
              return null;
            });
  }

  private static byte[] text(long number) {
    return text(Long.toString(number));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String textOf(Requests.Node node) {
    return node.data().toUtf8();
  }

  private static String shortened(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
