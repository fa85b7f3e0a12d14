// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.Journal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** A journal on a disk that fails while {@link #isFull} says so. */
final class FlakyJournal implements Journal {

  /** Opens such journals. */
  static JournalOpener opener(JournalOpener real, AtomicBoolean isFull) {
    return directory -> new FlakyJournal(real.open(directory), isFull);
  }

  private final Journal real;
  private final AtomicBoolean isFull;

  // A journal that failed once takes nothing more, as the real one.
  private final AtomicBoolean failed = new AtomicBoolean();

  private FlakyJournal(Journal real, AtomicBoolean isFull) {
    this.real = real;
    this.isFull = isFull;
  }

  private boolean fails() {
    if (isFull.get()) {
      failed.set(true);
    }
    return failed.get();
  }

  private static <T> CompletionStage<T> full() {
    return CompletableFuture.failedStage(new DcosNetException("No space left on device"));
  }

  @Override
  public Recovered recovered() {
    return real.recovered();
  }

  @Override
  public CompletionStage<Long> append(int type, Bytes payload) {
    return fails() ? full() : real.append(type, payload);
  }

  @Override
  public CompletionStage<Void> compact(long upTo, Bytes snapshot) {
    return fails() ? full() : real.compact(upTo, snapshot);
  }

  @Override
  public CompletionStage<Void> settled() {
    return fails() ? full() : real.settled();
  }

  @Override
  public void close() {
    real.close();
  }
}
