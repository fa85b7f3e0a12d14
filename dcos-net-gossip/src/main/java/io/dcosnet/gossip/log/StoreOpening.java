// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.store.DamagedJournalException;
import io.dcosnet.api.store.Journal;
import io.dcosnet.gossip.replica.Generations;
import io.dcosnet.gossip.replica.Generations.Found;
import io.dcosnet.gossip.replica.ReplicaMark;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of a store at the start of its node: what is there and may be used, and under which
 * id the replica goes on. What cannot or must not be used is set aside under another name, where
 * people can look at it; it never keeps a node from starting, which gets all from the others again.
 *
 * <p><b>Confined to</b> one thread, which it blocks.
 */
final class StoreOpening {

  private static final Logger LOGGER = LoggerFactory.getLogger(StoreOpening.class);

  private final StorePlace place;
  private final JournalOpener opener;
  private final MarkFile markFile;
  private final Generations generations;

  StoreOpening(StorePlace place, JournalOpener opener, String boot) {
    this.place = place;
    this.opener = opener;
    this.markFile = new MarkFile(place.data());
    this.generations =
        new Generations(
            place.self(), place.first(), place.epoch(), boot, place.timer().time().wallMillis());
  }

  /**
   * What was found.
   *
   * @param journal open, and what {@code state} holds is in it
   * @param upTo number of its last record
   * @param snapshotOctets length of its snapshot
   * @param logOctets length of the records behind that
   * @param mark of the life that begins; not kept yet
   */
  record Opened(
      Journal journal,
      StoreState state,
      long upTo,
      long snapshotOctets,
      long logOctets,
      ReplicaMark mark) {}

  /**
   * Reads the store.
   *
   * @throws DcosNetException when another process has it, a newer program wrote it, or the disk
   *     fails
   */
  Opened open() {
    MarkFile.Left left = markFile.load();
    ReplicaMark last = left.mark();
    long contact = last != null ? last.contactMillis() : lastModified();
    boolean there = isThere();
    Journal journal = openJournal(); // first of all, since it keeps other processes out
    if (journal != null && there) {
      Opened opened =
          generations.isStale(contact, place.settings().maxOffline())
              ? tooOld(journal)
              : load(journal, last, left.incomplete() ? Found.SOME : Found.ALL, contact);
      if (opened != null) {
        return opened;
      }
      journal = null;
    }
    return begin(journal != null ? journal : opener.open(place.journal()), last);
  }

  /** A journal that takes records again, after the disk failed; what it holds may lack some. */
  Journal reopen() {
    Journal journal = openJournal();
    return journal != null ? journal : opener.open(place.journal());
  }

  private Opened begin(Journal journal, @Nullable ReplicaMark last) {
    ReplicaId id = generations.next(last, Found.NOTHING);
    if (id.generation() > 1) {
      LOGGER.warn("begins with an empty store replica={} directory={}", id, place.journal());
    }
    StoreState empty = new StoreState(id, place.limits());
    return new Opened(journal, empty, lastNumber(journal), 0, 0, mark(id, 0));
  }

  private @Nullable Opened tooOld(Journal journal) {
    journal.close();
    setAside(
        "stale",
        "this node met no other for longer than %s, so that it takes all from the others; if none"
                .formatted(place.settings().maxOffline())
            + " of them has it either, stop all and put this one in its place again");
    return null;
  }

  private @Nullable Journal openJournal() {
    try {
      return opener.open(place.journal());
    } catch (DamagedJournalException e) {
      setAside("damaged", String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Null when it cannot be read; it is closed and out of the way then. */
  private @Nullable Opened load(
      Journal journal, @Nullable ReplicaMark last, Found found, long contact) {
    ReplicaId id = generations.next(last, found);
    Journal.Recovered recovered = journal.recovered();
    if (recovered.tornBytes() > 0) {
      StoreFileMetrics.truncated(place.metrics());
    }
    long octets = 0;
    for (Journal.Entry record : recovered.records()) {
      octets += record.payload().size();
    }
    List<Bytes> records = recovered.records().stream().map(Journal.Entry::payload).toList();
    try {
      StoreState state = StoreState.load(id, place.limits(), recovered.snapshot(), records);
      if (last != null && !last.id().equals(id)) {
        LOGGER.warn(
            "the last writes of this node may be lost, going on as another replica replica={}"
                + " before={}",
            id,
            last.id());
      }
      return new Opened(
          journal,
          state,
          lastNumber(journal),
          recovered.snapshot().size(),
          octets,
          mark(id, contact));
    } catch (RuntimeException e) {
      journal.close();
      if (!(e instanceof DecodeException)) {
        LOGGER.error("reading the store failed, which is a mistake of ours", e);
      }
      setAside("damaged", "cannot be read: " + e.getMessage());
      return null;
    }
  }

  /** Number of the last record of a journal that was just opened. */
  static long lastNumber(Journal journal) {
    Journal.Recovered recovered = journal.recovered();
    return recovered.snapshotNumber() + recovered.records().size();
  }

  private ReplicaMark mark(ReplicaId id, long contactMillis) {
    return new ReplicaMark(id, place.settings().sync(), generations.boot(), false, contactMillis);
  }

  /** Whether a journal was begun here, be it empty. */
  private boolean isThere() {
    return files().stream().anyMatch(file -> name(file).startsWith("log-"));
  }

  /** When something was written last, in milliseconds since the Unix epoch; 0 for never. */
  private long lastModified() {
    return files().stream().mapToLong(file -> file.toFile().lastModified()).max().orElse(0);
  }

  private List<Path> files() {
    if (!Files.isDirectory(place.journal())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(place.journal())) {
      return files.toList();
    } catch (IOException e) {
      throw new DcosNetException(place.journal() + ": cannot be read: " + e, e);
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private void setAside(String what, String why) {
    Path journal = place.journal();
    long wallMillis = generations.wallMillis();
    Path aside = journal.resolveSibling(name(journal) + "." + what + "-" + wallMillis);
    try {
      Files.move(journal, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new DcosNetException(
          "%s: is %s (%s) and cannot be moved to %s: %s".formatted(journal, what, why, aside, e),
          e);
    }
    StoreFileMetrics.setAside(place.metrics(), what);
    LOGGER.warn("the store on disk is set aside as={} reason=\"{}\"", aside, why);
  }
}
