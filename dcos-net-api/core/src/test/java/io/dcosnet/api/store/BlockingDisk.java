// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A simulated disk whose syncs wait until they are let go. */
final class BlockingDisk implements Disk {
  final AtomicInteger syncs = new AtomicInteger();
  private final SimulatedDisk disk = new SimulatedDisk();
  private volatile boolean failing;
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile CountDownLatch arrived = new CountDownLatch(0);

  void block() {
    arrived = new CountDownLatch(1);
    gate = new CountDownLatch(1);
  }

  void awaitSync() throws InterruptedException {
    arrived.await();
  }

  void release() {
    gate.countDown();
  }

  /** Lets the waiting sync go, and fails it and all later ones. */
  void fail() {
    failing = true;
    gate.countDown();
  }

  private OpenFile gated(OpenFile file) {
    return new OpenFile() {
      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void read(ByteBuffer into, long position) throws IOException {
        file.read(into, position);
      }

      @Override
      public void write(ByteBuffer from, long position) throws IOException {
        file.write(from, position);
      }

      @Override
      public void truncate(long size) throws IOException {
        file.truncate(size);
      }

      @Override
      public void force() throws IOException {
        syncs.incrementAndGet();
        arrived.countDown();
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        if (failing) {
          throw new IOException("Input/output error");
        }
        file.force();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public void createDirectories(Path created) {
    disk.createDirectories(created);
  }

  @Override
  public Closeable lock(Path file) {
    return disk.lock(file);
  }

  @Override
  public List<String> list(Path listed) throws IOException {
    return disk.list(listed);
  }

  @Override
  public OpenFile create(Path file) throws IOException {
    return gated(disk.create(file));
  }

  @Override
  public OpenFile open(Path file) throws IOException {
    return gated(disk.open(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    disk.delete(file);
  }

  @Override
  public void forceDirectory(Path forced) throws IOException {
    disk.forceDirectory(forced);
  }
}
