// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.DirectoryLock;
import io.dcosnet.api.store.NodeIdFile;
import io.dcosnet.gossip.log.EpochFile;
import io.dcosnet.gossip.log.MembersFile;
import io.dcosnet.gossip.log.StoreFiles;
import io.dcosnet.gossip.log.StorePlace;
import io.dcosnet.gossip.protocol.KeptMember;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.StoreLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has on disk, read and written on an executor. Without a directory nothing is kept.
 *
 * <p><b>Thread-safe.</b>
 */
final class NodeFiles {

  private static final Logger LOGGER = LoggerFactory.getLogger(NodeFiles.class);

  private final ClusterPlan plan;
  private final Executor executor;
  private final Executor loop;
  private final AtomicReference<@Nullable List<KeptMember>> toSave = new AtomicReference<>();

  // One write at a time, of the newest list, and none after the directory is somebody else's.
  private final Object writing = new Object();
  private @Nullable DirectoryLock lock;

  /**
   * @param loop the thread of the core
   */
  NodeFiles(ClusterPlan plan, Executor loop) {
    this.plan = plan;
    this.loop = loop;
    this.executor = plan.net().executor();
  }

  /**
   * What a start begins with. <b>Immutable.</b>
   *
   * @param store open; null without a store, or where it is not kept
   */
  record Origin(NodeId id, long epoch, List<KeptMember> kept, @Nullable StoreFiles store) {}

  /**
   * Takes the directory, reads, and makes the epoch of this start safe. Fails when another node has
   * the directory: it must lose neither its identity nor its epoch to this one.
   */
  CompletionStage<Origin> load() {
    Path data = plan.data();
    long wallMillis = plan.net().time().wallMillis();
    if (data == null) {
      NodeId id = plan.id();
      return CompletableFuture.completedStage(
          new Origin(
              id != null ? id : NodeId.random(new SecureRandom()),
              Math.max(1, wallMillis),
              List.of(),
              null));
    }
    CompletableFuture<Origin> loaded = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            try {
              loaded.complete(load(data, wallMillis));
            } catch (RuntimeException e) {
              loaded.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      loaded.completeExceptionally(
          new DcosNetException(data + ": not read, the executor is busy or closed", e));
    }
    return loaded;
  }

  private Origin load(Path data, long wallMillis) {
    DirectoryLock taken = DirectoryLock.take(data);
    try {
      Origin origin = read(data, wallMillis);
      synchronized (writing) {
        lock = taken;
      }
      return origin;
    } catch (RuntimeException e) {
      taken.close();
      throw e;
    }
  }

  /**
   * Leaves the directory to others; what is not saved by then stays as it was.
   *
   * @return completes when others may have it
   */
  CompletionStage<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Runnable closing =
        () -> {
          synchronized (writing) {
            DirectoryLock held = lock;
            lock = null;
            if (held != null) {
              held.close();
            }
          }
          closed.complete(null);
        };
    try {
      executor.execute(closing); // it may have to wait for a write
    } catch (RejectedExecutionException e) {
      closing.run();
    }
    return closed;
  }

  private Origin read(Path data, long wallMillis) {
    NodeId given = plan.id();
    NodeId id = given != null ? given : NodeIdFile.loadOrCreate(data, new SecureRandom());
    EpochFile epochs = new EpochFile(data);
    boolean first = !epochs.exists();
    long epoch = epochs.next(wallMillis);
    List<KeptMember> kept = new MembersFile(data).load();
    StoreSettings settings = plan.store();
    StoreFiles store =
        settings == null
            ? null
            : StoreFiles.open(
                new StorePlace(
                    data,
                    id,
                    first,
                    epoch,
                    settings,
                    StoreLimits.USUAL,
                    loop,
                    executor,
                    plan.net().scheduler(),
                    plan.net().metrics()));
    return new Origin(id, epoch, kept, store);
  }

  /** Whether anything is kept. */
  boolean keep() {
    return plan.data() != null;
  }

  /** Keeps these members; the newest list wins when the disk is slow. */
  void save(List<KeptMember> members) {
    if (toSave.getAndSet(members) == null) {
      onDisk("members", this::saveNewest);
    }
  }

  private void saveNewest(Path data) throws IOException {
    List<KeptMember> newest = toSave.getAndSet(null);
    if (newest != null) {
      new MembersFile(data).save(newest);
    }
  }

  /** Takes another identity for the next start; the file of the old one stays beside. */
  void identity(NodeId now) {
    if (plan.id() != null) {
      return; // the host gave it, and knows of the new one by an event
    }
    onDisk(
        NodeIdFile.NAME,
        data -> {
          Path file = data.resolve(NodeIdFile.NAME);
          Path fresh = data.resolve(NodeIdFile.NAME + ".new");
          Files.writeString(fresh, now + "\n", StandardCharsets.US_ASCII);
          Files.copy(
              file, data.resolve(NodeIdFile.NAME + ".cloned"), StandardCopyOption.REPLACE_EXISTING);
          Files.move(
              fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        });
  }

  private interface DiskWork {
    void run(Path data) throws IOException;
  }

  private void onDisk(String what, DiskWork work) {
    Path data = plan.data();
    if (data == null) {
      toSave.set(null);
      return;
    }
    try {
      executor.execute(
          () -> {
            synchronized (writing) {
              try {
                if (lock != null) {
                  work.run(data);
                }
              } catch (IOException | RuntimeException e) {
                failed(what, data, e);
              }
            }
          });
    } catch (RejectedExecutionException e) {
      toSave.set(null);
      failed(what, data, e);
    }
  }

  private void failed(String what, Path data, Exception e) {
    plan.net()
        .metrics()
        .counter("dcosnet.gossip.disk.failures", "Files that could not be written", "file", what)
        .increment();
    LOGGER.warn("cannot be written, gossip goes on file={}/{} reason=\"{}\"", data, what, e);
  }
}
