// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.Journal;
import io.dcosnet.gossip.log.Answers.Answer;
import io.dcosnet.gossip.replica.StoreLog;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.StoreImage;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
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
 * #RETRY} the journal is opened anew; the first thing to go into it is an image of all that the
 * replica has, since a record must not stand behind one that is missing.
 *
 * <p><b>Confined to</b> the thread of the replica, which it never blocks.
 */
public final class StoreFiles implements StoreLog {

  /** From one try to open the journal to the next. */
  static final Duration RETRY = Duration.ofSeconds(10);

  /** A contact is written down only when the last one is so old. */
  static final Duration CONTACT = Duration.ofMinutes(10);

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
  private final Errands errands;
  private final StoreState state;
  private final StoreFileMetrics metrics;
  private final MarkKeeper marks;
  private final LogSize size;

  private final Answers answers = new Answers();
  private Phase phase = Phase.WORKS;
  private String fault = "";
  private Journal journal;
  private CompletionStage<Long> last;
  private @Nullable Journal imaging;

  /** A journal that lacks a record; set on any thread, as soon as that is known. */
  private volatile @Nullable Journal broken;

  /** Why the store is not kept on disk at present; empty while it is. Read on any thread. */
  private volatile String failing = "";

  private final Held held = new Held();

  /** What the journal has yet to write; counted down on its thread. */
  private final AtomicLong unwritten = new AtomicLong();

  private StoreFiles(StorePlace place, Supplier<Journal> reopening, StoreOpening.Opened opened) {
    this.place = place;
    this.reopening = reopening;
    this.errands = new Errands(place.loop(), place.blocking());
    this.state = opened.state();
    this.journal = opened.journal();
    this.last = CompletableFuture.completedStage(opened.upTo());
    this.metrics = new StoreFileMetrics(place.metrics());
    this.marks = new MarkKeeper(place, opened.mark());
    this.size = new LogSize(opened.snapshotOctets(), opened.logOctets(), metrics);
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
    if (!own) {
      answers.set(answer, "");
    }
    switch (phase) {
      case WORKS -> write(record, own, answer);
      case HEALING -> hold(record.size(), () -> write(record, own, answer));
      case FAILED, CLOSED -> answers.set(answer, fault);
    }
  }

  private void write(Bytes record, boolean own, Answer answer) {
    if (journal == broken) {
      return; // a record behind one that is missing must not be found; all is about to be told
    }
    int octets = record.size();
    size.added(octets);
    unwritten.addAndGet(octets);
    CompletionStage<?> written;
    try {
      last = journal.append(RECORD, record);
      written = last;
    } catch (IllegalArgumentException e) {
      written = CompletableFuture.failedStage(e);
    }
    var unused = written.whenComplete((number, cause) -> unwritten.addAndGet(-octets));
    if (own && place.settings().sync() == Sync.EACH) {
      written = written.thenCombine(journal.settled(), (number, nothing) -> number);
    }
    await(written, own ? answer : null);
  }

  private void hold(int octets, Runnable work) {
    if (!held.add(octets, work)) {
      failed(journal, new DcosNetException("%d octets wait for an image".formatted(held.octets())));
    }
  }

  /** Nothing that the replica writes under another id is safe before that id is. */
  private void changeId() {
    marks.id(state.self());
    if (phase == Phase.WORKS || phase == Phase.HEALING) {
      Answer barrier = answers.add(told -> {});
      Journal of = journal;
      errands.onDisk(
          () -> {
            marks.flush();
            errands.onLoop(() -> answers.set(barrier, ""));
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
      if (phase == Phase.WORKS) {
        await(journal.settled(), answer);
      } else {
        hold(0, () -> await(journal.settled(), answer));
      }
    }
  }

  /** Somebody may wait for it; whether nobody does, a failure is one for all that follows. */
  private void await(CompletionStage<?> stage, @Nullable Answer answer) {
    Journal of = journal;
    var unused =
        stage.whenComplete(
            (result, cause) -> {
              if (cause != null) {
                broken = of;
                errands.onLoop(() -> failed(of, cause));
              } else if (answer != null) {
                errands.onLoop(() -> answers.set(answer, ""));
              }
            });
  }

  /** Why the store is not kept on disk at present; empty while it is. On any thread. */
  public Optional<String> failing() {
    return Optional.of(failing).filter(why -> !why.isEmpty());
  }

  private void failed(Journal of, Throwable cause) {
    if (of != journal || phase == Phase.FAILED) {
      return; // what one fault leads to is not another
    }
    fault = Errands.text(cause);
    failing = fault;
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
    tellHeld();
  }

  /** What waits is not going to be written. */
  private void tellHeld() {
    held.forget();
    answers.setAll(fault);
  }

  private void retry() {
    var unused = place.timer().schedule(RETRY, () -> errands.onLoop(this::reopen));
  }

  private void reopen() {
    if (phase != Phase.FAILED) {
      return;
    }
    Journal former = journal;
    errands.onDisk(
        () -> {
          former.close();
          Journal next = reopening.get();
          long upTo = StoreOpening.lastNumber(next);
          errands.onLoop(() -> reopened(next, upTo));
        },
        cause -> {
          fault = Errands.text(cause);
          failing = fault;
          metrics.failed();
          LOGGER.warn("the store still cannot be written to disk reason=\"{}\"", fault);
          retry();
        });
  }

  private void reopened(Journal next, long upTo) {
    if (phase == Phase.CLOSED) {
      errands.onDisk(
          next::close, cause -> LOGGER.warn("not closed, the process is about to end", cause));
      return;
    }
    journal = next;
    last = CompletableFuture.completedStage(upTo);
    phase = Phase.HEALING;
    size.begunAnew();
    write(state.image(), this::imaged, cause -> failed(next, cause));
  }

  private void imaged() {
    if (phase != Phase.HEALING) {
      return; // closed: what waited for the image was not written
    }
    Journal of = journal;
    errands.onDisk(
        () -> {
          marks.complete();
          marks.flush();
          errands.onLoop(() -> healed(of));
        },
        cause -> failed(of, cause));
  }

  private void healed(Journal of) {
    if (of != journal || phase != Phase.HEALING) {
      return;
    }
    phase = Phase.WORKS;
    failing = "";
    metrics.healed();
    LOGGER.info("the store is on disk again directory={}", place.journal());
    held.release();
  }

  @Override
  public long waiting() {
    return unwritten.get() + held.octets();
  }

  @Override
  public boolean wantsSnapshot() {
    return phase == Phase.WORKS && imaging == null && size.isWorthAnImage();
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
          if (phase == Phase.CLOSED) {
            return;
          }
          // The records are still there. If the journal is done for, the next append will say so.
          size.imageFailed();
          metrics.imageFailed();
          LOGGER.warn("no image of the store this time reason=\"{}\"", Errands.text(cause));
        });
  }

  /** Puts an image in the place of all records so far. */
  private void write(StoreImage image, Runnable done, Consumer<Throwable> failed) {
    Journal of = journal;
    long start = place.timer().time().nanos();
    long covered = size.log();
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
            size.imaged(octets, covered);
            metrics.image(place.timer().time().nanos() - start);
            done.run();
          }
        };
    var unused =
        last.whenComplete(
            (number, fault) ->
                errands.onDisk(
                    () -> {
                      if (fault != null) {
                        throw new CompletionException(fault);
                      }
                      Bytes octets = image.encode();
                      var unusedStage =
                          of.compact(number, octets)
                              .whenComplete(
                                  (nothing, cause) ->
                                      errands.onLoop(
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
    if (before == Phase.HEALING) {
      marks.incomplete();
      tellHeld();
    }
    Journal of = journal;
    var unused =
        of.settled()
            .whenComplete(
                (nothing, cause) -> close(of, before == Phase.WORKS && cause == null, closed));
    return closed;
  }

  private void close(Journal of, boolean inOrder, CompletableFuture<Void> closed) {
    errands.onDiskAtLast(
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
        });
  }
}
