// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.Journal;
import io.dcosnet.gossip.log.Answers.Answer;
import io.dcosnet.gossip.replica.ReplicaMark;
import io.dcosnet.gossip.replica.StoreLog;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.StoreImage;
import io.dcosnet.gossip.store.StoreState;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a node on disk: a journal of records and images in the directory {@code kv}.
 *
 * <p>When the disk fails, each write is told so, and the replica goes on in memory. Every {@link
 * #RETRY} the journal is opened anew; the first thing in it is an image of all that the replica
 * has, and before that is safe nothing behind it counts as safe.
 *
 * <p><b>Confined to</b> the thread of the replica, which it never blocks.
 */
public final class StoreFiles implements StoreLog {

  /** From one try to open the journal to the next. */
  static final Duration RETRY = Duration.ofSeconds(10);

  /** A contact is written down only when the last one is so old. */
  static final Duration CONTACT = Duration.ofMinutes(10);

  /** No image is written for less than this, in octets of records. */
  static final long LEAST_LOG_OCTETS = 16L << 20;

  private static final Logger LOGGER = LoggerFactory.getLogger(StoreFiles.class);

  private static final int RECORD = 1;

  private enum Phase {
    WORKS,
    /** The disk failed; the journal is not used until it is opened anew. */
    FAILED,
    /** Opened anew; the image is not safe yet. */
    HEALING,
    CLOSED
  }

  private final StorePlace place;
  private final Supplier<Journal> reopening;
  private final StoreState state;
  private final StoreFileMetrics metrics;
  private final MarkKeeper marks;

  private final Answers answers = new Answers();
  private Phase phase = Phase.WORKS;
  private String fault = "";
  private Journal journal;
  private CompletionStage<Long> last;
  private @Nullable Journal imaging;
  private long imageOctets;
  private long logOctets;
  private long imageWorth;

  private StoreFiles(
      StorePlace place, Supplier<Journal> reopening, StoreOpening.Opened opened) {
    this.place = place;
    this.reopening = reopening;
    this.state = opened.state();
    this.journal = opened.journal();
    this.last = CompletableFuture.completedStage(opened.upTo());
    this.metrics = new StoreFileMetrics(place.metrics());
    this.marks = new MarkKeeper(place, opened.mark());
    this.imageOctets = opened.snapshotOctets();
    this.logOctets = opened.logOctets();
    this.imageWorth = worth();
    metrics.log(logOctets);
  }

  /**
   * Opens the store of a node, or begins one; blocks until it is read. Afterwards it belongs to the
   * thread of the replica.
   *
   * @throws DcosNetException when another process has it, a newer program wrote it, or the disk
   *     fails
   */
  public static StoreFiles open(StorePlace place) {
    return open(place, JournalOpener.files(place), BootId.read());
  }

  static StoreFiles open(StorePlace place, JournalOpener opener, String boot) {
    long start = place.timer().time().nanos();
    StoreOpening.Opened opened = new StoreOpening(place, opener, boot).open();
    Supplier<Journal> reopening = () -> new StoreOpening(place, opener, boot).reopen();
    StoreFiles files = new StoreFiles(place, reopening, opened);
    if (!files.marks.saveNow()) {
      // Nothing may be written under an id that the next start would not know of.
      files.phase = Phase.FAILED;
      files.fault = "the id of the replica cannot be kept";
      files.metrics.failed();
      files.retry();
    }
    LOGGER.info(
        "store read replica={} keys={} octets={} millis={}",
        opened.state().self(),
        opened.state().keys(),
        opened.state().octets(),
        (place.timer().time().nanos() - start) / 1_000_000);
    return files;
  }

  /** What was read; the replica's own from now on, and read here for images of it. */
  public StoreState state() {
    return state;
  }

  @Override
  public void append(Bytes record, boolean own, Consumer<String> done) {
    if (own && !state.self().equals(marks.id())) {
      changeId();
    }
    Answer answer = answers.add(done);
    if (phase == Phase.FAILED || phase == Phase.CLOSED) {
      answers.set(answer, fault);
      return;
    }
    logOctets += record.size();
    metrics.log(logOctets);
    CompletionStage<?> written;
    try {
      last = journal.append(RECORD, record);
      written = last;
    } catch (IllegalArgumentException e) {
      written = CompletableFuture.failedStage(e);
    }
    if (own && place.settings().sync() == Sync.EACH) {
      CompletionStage<Void> synced = journal.settled();
      written = written.thenCombine(synced, (number, nothing) -> number);
    }
    if (own) {
      await(written, answer);
    } else {
      Journal of = journal;
      var unused =
          written.whenComplete(
              (number, fault) -> {
                if (fault != null) {
                  onLoop(() -> failed(of, fault));
                }
              });
      answers.set(answer, "");
    }
  }

  /** Nothing that the replica writes under another id is safe before that id is. */
  private void changeId() {
    marks.id(state.self());
    if (phase == Phase.WORKS || phase == Phase.HEALING) {
      Answer barrier = answers.add(told -> {});
      Journal of = journal;
      onDisk(
          () -> {
            marks.flush();
            onLoop(() -> answers.set(barrier, ""));
          },
          cause -> failed(of, cause));
    }
  }

  @Override
  public void settled(Runnable then) {
    if (phase == Phase.WORKS || phase == Phase.HEALING) {
      Answer answer =
          answers.add(
              told -> {
                if (told.isEmpty()) {
                  then.run();
                }
              });
      await(journal.settled(), answer);
    }
  }

  private void await(CompletionStage<?> stage, Answer answer) {
    Journal of = journal;
    var unused =
        stage.whenComplete(
            (result, fault) ->
                onLoop(
                    () -> {
                      if (fault != null) {
                        failed(of, fault);
                      } else {
                        answers.set(answer, "");
                      }
                    }));
  }

  private void failed(Journal of, Throwable cause) {
    if (of != journal || phase == Phase.FAILED) {
      return; // what one fault leads to is not another
    }
    fault = text(cause);
    metrics.failed();
    marks.incomplete();
    if (phase != Phase.CLOSED) {
      phase = Phase.FAILED;
      LOGGER.warn(
          "the store cannot be written to disk; it goes on in memory, and tries again every {}"
              + " directory={} reason=\"{}\"",
          RETRY,
          place.journal(),
          fault);
      retry();
    }
    answers.setAll(fault);
  }

  private void retry() {
    var unused = place.timer().schedule(RETRY, () -> onLoop(this::reopen));
  }

  private void reopen() {
    if (phase != Phase.FAILED) {
      return;
    }
    Journal former = journal;
    onDisk(
        () -> {
          former.close();
          Journal next = reopening.get();
          long upTo = StoreOpening.lastNumber(next);
          onLoop(() -> reopened(next, upTo));
        },
        cause -> {
          fault = text(cause);
          metrics.failed();
          LOGGER.warn("the store still cannot be written to disk reason=\"{}\"", fault);
          retry();
        });
  }

  private void reopened(Journal next, long upTo) {
    if (phase == Phase.CLOSED) {
      onDisk(next::close, cause -> LOGGER.warn("not closed, the process is about to end", cause));
      return;
    }
    journal = next;
    last = CompletableFuture.completedStage(upTo);
    phase = Phase.HEALING;
    logOctets = 0;
    Answer barrier = answers.add(told -> {}); // who comes behind it is told behind it
    write(state.image(), () -> healed(barrier), cause -> failed(next, cause));
  }

  private void healed(Answer barrier) {
    Journal of = journal;
    onDisk(
        () -> {
          marks.complete();
          marks.flush();
          onLoop(
              () -> {
                if (of == journal && phase == Phase.HEALING) {
                  phase = Phase.WORKS;
                  metrics.healed();
                  LOGGER.info("the store is on disk again directory={}", place.journal());
                }
                answers.set(barrier, "");
              });
        },
        cause -> failed(of, cause));
  }

  @Override
  public boolean wantsSnapshot() {
    return phase == Phase.WORKS && imaging == null && logOctets > imageWorth;
  }

  private long worth() {
    return Math.max(LEAST_LOG_OCTETS, 2 * imageOctets);
  }

  @Override
  public void snapshot(StoreImage image) {
    if (phase != Phase.WORKS || imaging != null) {
      return;
    }
    write(
        image,
        () -> {},
        cause -> {
          // The records are still there. If the journal is done for, the next append will say so.
          imageWorth = logOctets + LEAST_LOG_OCTETS;
          LOGGER.warn("no image of the store this time reason=\"{}\"", text(cause));
        });
  }

  /** Puts an image in the place of all records so far. */
  private void write(StoreImage image, Runnable done, Consumer<Throwable> failed) {
    Journal of = journal;
    long start = place.timer().time().nanos();
    long covered = logOctets;
    imaging = of;
    Consumer<Throwable> otherwise =
        cause -> {
          if (imaging == of) {
            imaging = null;
            failed.accept(cause);
          }
        };
    LongConsumer inForce =
        octets -> {
          if (imaging == of) {
            imaging = null;
            imageOctets = octets;
            imageWorth = worth();
            logOctets -= covered;
            metrics.log(logOctets);
            metrics.image(place.timer().time().nanos() - start);
            done.run();
          }
        };
    var unused =
        last.whenComplete(
            (number, fault) ->
                onDisk(
                    () -> {
                      if (fault != null) {
                        throw new CompletionException(fault);
                      }
                      Bytes octets = image.encode();
                      var compacting =
                          of.compact(number, octets)
                              .whenComplete(
                                  (nothing, cause) ->
                                      onLoop(
                                          cause == null
                                              ? () -> inForce.accept(octets.size())
                                              : () -> otherwise.accept(cause)));
                    },
                    otherwise));
  }

  /** Other members live. */
  public void contact() {
    marks.contact();
  }

  /**
   * Ends it after the replica.
   *
   * @param othersLive whether other members live at this moment
   * @return completes when all is on disk for good, or the disk failed
   */
  public CompletionStage<Void> close(boolean othersLive) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Phase before = phase;
    if (before == Phase.CLOSED) {
      closed.complete(null);
      return closed;
    }
    phase = Phase.CLOSED;
    fault = "the node is stopped";
    if (othersLive) {
      marks.lastContact();
    }
    Journal of = journal;
    var unused =
        of.settled()
            .whenComplete(
                (nothing, cause) -> close(of, before == Phase.WORKS && cause == null, closed));
    return closed;
  }

  private void close(Journal of, boolean inOrder, CompletableFuture<Void> closed) {
    DiskWork ending =
        () -> {
          try {
            of.close();
            if (inOrder) {
              marks.closed();
              marks.flush();
            }
          } finally {
            closed.complete(null);
          }
        };
    try {
      place.blocking().execute(() -> guarded(ending, cause -> LOGGER.warn("not closed", cause)));
    } catch (RejectedExecutionException e) {
      guarded(ending, cause -> LOGGER.warn("not closed", cause)); // the executor went first
    }
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  /** Does work that blocks; what it throws is handled on the loop. */
  private void onDisk(DiskWork work, Consumer<Throwable> failed) {
    Consumer<Throwable> back = cause -> onLoop(() -> failed.accept(cause));
    try {
      place.blocking().execute(() -> guarded(work, back));
    } catch (RejectedExecutionException e) {
      back.accept(e);
    }
  }

  private static void guarded(DiskWork work, Consumer<Throwable> failed) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      failed.accept(e);
    }
  }

  private void onLoop(Runnable work) {
    try {
      place.loop().execute(work);
    } catch (RejectedExecutionException e) {
      LOGGER.debug("the replica is gone, and with it who waits", e);
    }
  }

  private static String text(Throwable fault) {
    Throwable cause = fault.getCause();
    Throwable said = fault instanceof CompletionException && cause != null ? cause : fault;
    return said instanceof DcosNetException ? String.valueOf(said.getMessage()) : said.toString();
  }
}
