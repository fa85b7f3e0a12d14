// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Check;
import io.dcosnet.api.store.DurableStore.Conflict;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.Op;

/**
 * What is known of the tree without its values: which transaction wrote each key, and the version
 * that ZooKeeper counts for its node. A transaction is judged by it, and written only if the tree
 * is exactly as it says.
 *
 * <p>Why one node that every transaction changes, and not the versions of the keys alone: a node
 * that went and came again has the versions of the first one once more, and no operation of
 * ZooKeeper demands that a node is absent.
 *
 * <p><b>Confined to</b> the scheduler of the store.
 */
final class StoreMirror {

  private record Known(long revision, int version) {}

  private final KeyLayout layout;
  private final Map<String, Known> keys = new HashMap<>();
  private final Set<String> directories;
  private StoreHead head;

  StoreMirror(KeyLayout layout, StoreHead head, TreeReader.Tree tree) {
    this.layout = layout;
    this.head = head;
    this.directories = tree.directories();
    tree.leaves().forEach((key, leaf) -> keys.put(key, new Known(leaf.revision(), leaf.version())));
  }

  StoreHead head() {
    return head;
  }

  /**
   * Takes note of how the head of the tree stands now.
   *
   * @return false when the keys may have changed as well
   */
  boolean follows(StoreHead now) {
    if (!head.hasSameKeys(now)) {
      return false;
    }
    head = now;
    return true;
  }

  /** Why the batch cannot be written; empty when it can. */
  Optional<Outcome> refusal(Batch batch) {
    if (batch.fence() < head.epoch()) {
      return Optional.of(new Fenced(head.epoch()));
    }
    for (Check check : batch.checks()) {
      Known known = keys.get(check.key());
      if (check.revision() != (known == null ? DurableStore.ABSENT : known.revision())) {
        return Optional.of(new Conflict(check.key()));
      }
    }
    return Optional.empty();
  }

  /** Directories that the keys of a batch need and that are missing, from the top down. */
  List<String> missingDirectories(Batch batch) {
    Set<String> missing = new LinkedHashSet<>();
    for (String key : batch.puts().keySet()) {
      if (!keys.containsKey(key)) {
        for (String directory : layout.directoriesOf(layout.path(key))) {
          if (!directories.contains(directory)) {
            missing.add(directory);
          }
        }
      }
    }
    return List.copyOf(missing);
  }

  /** These are there from now on; if not, the next transaction fails and all is read again. */
  void ensured(List<String> made) {
    directories.addAll(made);
  }

  /**
   * The transaction. Its first operations are those of {@link StoreHead#guard}; the keys that it
   * touches or checks are guarded once more by their versions, against people with a shell.
   */
  List<Op> operations(Batch batch, Requests requests) {
    List<Op> operations = new ArrayList<>(head.guard(batch.fence()));
    batch
        .puts()
        .forEach(
            (key, value) -> {
              Known known = keys.get(key);
              operations.add(
                  known == null
                      ? requests.create(layout.path(key), value.toArray())
                      : Op.setData(layout.path(key), value.toArray(), known.version()));
            });
    for (String key : batch.deletes()) {
      Known known = keys.get(key);
      if (known != null) {
        operations.add(Op.delete(layout.path(key), known.version()));
      }
    }
    Set<String> checked = new LinkedHashSet<>();
    for (Check check : batch.checks()) {
      Known known = keys.get(check.key());
      if (known != null && !touches(batch, check.key()) && checked.add(check.key())) {
        operations.add(Op.check(layout.path(check.key()), known.version()));
      }
    }
    return operations;
  }

  private static boolean touches(Batch batch, String key) {
    return batch.puts().containsKey(key) || batch.deletes().contains(key);
  }

  /** The transaction was written. */
  void applied(Batch batch, StoreHead now) {
    head = now;
    for (String key : batch.puts().keySet()) {
      Known known = keys.get(key);
      keys.put(key, new Known(now.revision(), known == null ? 0 : known.version() + 1));
    }
    batch.deletes().forEach(keys::remove);
  }

  /**
   * Rather more than the bytes of the request that a batch becomes.
   *
   * @param perKey bytes around a path and a value in the largest operation
   */
  static long requestBytes(KeyLayout layout, Batch batch, int perKey) {
    long bytes = 1024; // the head, and what is around all
    for (Map.Entry<String, Bytes> put : batch.puts().entrySet()) {
      bytes += perKey + layout.path(put.getKey()).length() + put.getValue().size();
    }
    for (String key : batch.deletes()) {
      bytes += perKey + layout.path(key).length();
    }
    for (Check check : batch.checks()) {
      if (!touches(batch, check.key())) {
        bytes += perKey + layout.path(check.key()).length();
      }
    }
    return bytes;
  }
}
