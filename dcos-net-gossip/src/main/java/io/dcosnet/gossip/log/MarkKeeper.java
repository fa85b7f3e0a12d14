// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.gossip.replica.ReplicaMark;
import io.dcosnet.gossip.store.ReplicaId;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link ReplicaMark} on disk as it is in memory, where it changes by the methods that do
 * not block. <b>Thread-safe.</b>
 */
final class MarkKeeper {

  private static final Logger LOGGER = LoggerFactory.getLogger(MarkKeeper.class);

  private final StorePlace place;
  private final MarkFile file;

  // One write at a time, of the newest state.
  private final Object writing = new Object();

  private volatile ReplicaMark mark;
  private volatile boolean incomplete;

  MarkKeeper(StorePlace place, ReplicaMark mark) {
    this.place = place;
    this.file = new MarkFile(place.data());
    this.mark = mark;
  }

  /** The log lacks own writes from now on. */
  void incomplete() {
    incomplete = true;
    save();
  }

  /** The log has all again; goes out with the next write. */
  void complete() {
    incomplete = false;
  }

  /** Others live: writes that down where the last time is long ago. */
  void contact() {
    long wallMillis = place.timer().time().wallMillis();
    ReplicaMark last = mark;
    if (wallMillis - last.contactMillis() >= StoreFiles.CONTACT.toMillis()) {
      mark = last.withContact(wallMillis);
      save();
    }
  }

  /** Others live at the end: goes out with the next write. */
  void lastContact() {
    mark = mark.withContact(place.timer().time().wallMillis());
  }

  ReplicaId id() {
    return mark.id();
  }

  /** The replica goes on under another id, which goes out with the next write. */
  void id(ReplicaId next) {
    mark = mark.withId(next);
  }

  /** Blocks until all is on disk. */
  void flush() throws IOException {
    write();
  }

  /** All is written and on disk for good; goes out with the next write. */
  void closed() {
    mark = mark.closedInOrder();
  }

  /** False when the disk does not take it; blocks. */
  boolean saveNow() {
    try {
      write();
      return true;
    } catch (IOException e) {
      failed(e);
      return false;
    }
  }

  private void save() {
    try {
      place.blocking().execute(this::saveNow);
    } catch (RejectedExecutionException e) {
      failed(e);
    }
  }

  private void write() throws IOException {
    synchronized (writing) {
      if (incomplete) {
        file.incomplete();
      } else {
        file.save(mark);
      }
    }
  }

  private void failed(Exception e) {
    place
        .metrics()
        .counter(
            "dcosnet.gossip.disk.failures", "Files that could not be written", "file", "replica")
        .increment();
    LOGGER.warn(
        "cannot be written file={}/{} reason=\"{}\"", place.data(), MarkFile.NAME, e.toString());
  }
}
