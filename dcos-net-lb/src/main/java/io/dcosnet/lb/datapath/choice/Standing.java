// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.Considered.Fate;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.choice.Crew.Member;
import io.dcosnet.lb.internal.LbMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which paths carry connections, which are about to, and which are to let go of them.
 *
 * <p><b>Thread-safe.</b>
 */
final class Standing {

  private static final Logger LOGGER = LoggerFactory.getLogger(Standing.class);

  private final ChoiceParts parts;
  private final LbMetrics metrics;
  private final Departures departures;
  private final Consumer<Member> hired;

  // Guards all below. Only probes run in it, which call nobody back.
  private final Object lock = new Object();
  private final Ledger ledger;
  private int nextPreference;
  private @Nullable Crew crew;
  private @Nullable ApplyReport report;
  private @Nullable Attempt attempt;
  private List<Member> keeping = List.of();
  private boolean switching;
  private boolean proven;
  private boolean stopped;

  /** Who takes part when a table is applied. */
  record Round(@Nullable Crew crew, @Nullable Attempt attempt, List<Member> keeping) {}

  /**
   * That a crew replaced another.
   *
   * @param gone what only the other one had
   * @param moved whether clients find services elsewhere now
   */
  record Change(Crew from, Crew to, List<Member> gone, boolean moved) {}

  /**
   * @param hired learns of each path before it is told its first table; runs under the lock
   */
  Standing(ChoiceParts parts, LbMetrics metrics, Departures departures, Consumer<Member> hired) {
    this.parts = parts;
    this.metrics = metrics;
    this.departures = departures;
    this.hired = hired;
    ledger = new Ledger(parts.preferred());
  }

  /** What carries connections; chosen by the first call, null when nothing can. */
  @Nullable Crew crew() {
    synchronized (lock) {
      if (crew == null && !stopped) {
        choose();
      }
      return crew;
    }
  }

  /** Under the lock: the next of the preferred ones that works; null when none is left. */
  private void choose() {
    crew = null;
    while (crew == null && nextPreference < parts.preferred().size()) {
      String name = parts.preferred().get(nextPreference++);
      Crew tried = Crew.of(name, parts.offers(), List.of());
      Capabilities found = Together.probe(tried.paths());
      if (found.usable()) {
        LOGGER.info("data path {}: {}{}", name, found.detail(), ledger.rejected());
        ledger.note(new Considered(name, Fate.CARRIES, found.detail(), found));
        tried.members().forEach(hired);
        crew = tried;
      } else {
        ledger.note(new Considered(name, Fate.UNUSABLE, found.detail(), found));
        metrics.pathUnusable(name).increment();
      }
    }
  }

  /** The name of what carries connections now, without choosing; null while that is open. */
  @Nullable String name() {
    synchronized (lock) {
      return crew == null ? null : crew.name();
    }
  }

  String whyNone() {
    synchronized (lock) {
      return ledger.reasons();
    }
  }

  List<Considered> considered() {
    synchronized (lock) {
      return ledger.list(crew == null ? "" : crew.name(), departures.names());
    }
  }

  /** Who has to have the next table: at one moment, so that no table slips between two crews. */
  Round round() {
    synchronized (lock) {
      return new Round(crew(), attempt, keeping);
    }
  }

  /** Everybody who carries connections, new ones or old ones. */
  List<DataPath> carrying() {
    List<DataPath> all = new ArrayList<>(departures.paths());
    synchronized (lock) {
      if (crew != null) {
        all.addAll(crew.paths());
      }
      keeping.forEach(member -> all.add(member.path()));
    }
    return all;
  }

  /**
   * A crew has a table.
   *
   * @return true when it is the first table that anybody has
   */
  boolean taken(Crew by, ApplyReport done) {
    synchronized (lock) {
      boolean first = !proven;
      proven = true;
      if (by.equals(crew)) {
        report = done;
      }
      return first;
    }
  }

  /** Whether another crew has taken the place of this one. */
  boolean isReplaced(Crew by) {
    synchronized (lock) {
      return !stopped && !by.equals(crew);
    }
  }

  /**
   * A crew has refused a table.
   *
   * @return true when the next one is to be tried, since no table was ever taken
   */
  boolean dismiss(Crew refusing, Throwable cause) {
    synchronized (lock) {
      if (proven || stopped || !refusing.equals(crew)) {
        return false;
      }
      String reason = "it refused its first table: " + cause.getMessage();
      LOGGER.warn("data path {} is not used: {}", refusing.name(), reason);
      ledger.note(new Considered(refusing.name(), Fate.UNUSABLE, reason, null));
      metrics.pathUnusable(refusing.name()).increment();
      choose();
      return crew != null;
    }
  }

  /**
   * Prepares a switch: from now on tables go to the new crew too.
   *
   * @return null when it carries connections already
   * @throws RuntimeException that says why it cannot be
   */
  @Nullable Attempt propose(String name) {
    Crew wanted;
    synchronized (lock) {
      Crew now = crew();
      if (stopped) {
        throw new IllegalStateException("data path: stopped");
      } else if (now == null) {
        throw new DcosNetException("no data path: " + ledger.reasons());
      } else if (switching) {
        throw new IllegalStateException("data path: another switch is under way; try again");
      }
      wanted = Crew.of(name, parts.offers(), now.members());
      if (now.name().equals(name)) {
        return null;
      }
      List<String> busy = new ArrayList<>(departures.names());
      keeping.forEach(member -> busy.add(member.name()));
      busy.stream()
          .filter(wanted::has)
          .findFirst()
          .ifPresent(
              one -> {
                throw new IllegalStateException(
                    "data path " + one + ": it still has connections of before; try again later");
              });
      switching = true;
    }
    Capabilities found;
    try {
      found = Together.probe(wanted.paths());
    } catch (RuntimeException | Error e) {
      synchronized (lock) {
        switching = false; // else no other could ever begin
      }
      throw e;
    }
    synchronized (lock) {
      if (!found.usable() || stopped) {
        switching = false;
        ledger.note(new Considered(name, Fate.UNUSABLE, found.detail(), found));
        throw new DcosNetException("data path " + name + ": " + found.detail());
      }
      ledger.note(new Considered(name, Fate.SPARE, found.detail(), found));
      Attempt made = new Attempt(wanted);
      attempt = made;
      added(made).forEach(hired);
      return made;
    }
  }

  /** Under the lock. */
  private List<Member> added(Attempt tried) {
    return crew == null ? tried.crew.members() : tried.crew.without(crew);
  }

  /** What the new crew made of a table. */
  void tried(Attempt by, @Nullable ApplyReport done, @Nullable Throwable failure) {
    synchronized (lock) {
      by.report = done;
      by.failure = failure;
    }
  }

  /** Why the new crew cannot take over; null when it can. */
  @Nullable String lack(Attempt tried) {
    synchronized (lock) {
      return stopped ? "stopped meanwhile" : tried.lack(report);
    }
  }

  /**
   * The new crew does not take over.
   *
   * @return what has to end
   */
  List<Member> withdraw(Attempt tried, String lack) {
    synchronized (lock) {
      attempt = null;
      switching = false;
      ledger.note(new Considered(tried.crew.name(), Fate.UNUSABLE, lack, null));
      return added(tried);
    }
  }

  /** The new crew takes over. */
  Change install(Attempt tried) {
    synchronized (lock) {
      Crew before = requireNonNull(crew, "a crew to replace");
      List<Member> gone = before.without(tried.crew);
      boolean moved = tried.moves(report);
      crew = tried.crew;
      report = tried.report;
      attempt = null;
      switching = false;
      proven |= tried.report != null;
      if (moved) {
        List<Member> more = new ArrayList<>(keeping);
        more.addAll(gone);
        keeping = List.copyOf(more);
      }
      ledger.note(new Considered(before.name(), Fate.SPARE, "replaced by " + crew.name(), null));
      return new Change(before, crew, gone, moved);
    }
  }

  /** These are not kept beside the new crew any more; false when the end has seen to them. */
  boolean keepNoMore(List<Member> gone) {
    synchronized (lock) {
      keeping = keeping.stream().filter(member -> !gone.contains(member)).toList();
      return !stopped;
    }
  }

  /** All that is not to outlive the end, beside the crew itself. */
  List<DataPath> stop() {
    synchronized (lock) {
      stopped = true;
      List<DataPath> going = new ArrayList<>();
      keeping.forEach(member -> going.add(member.path()));
      if (attempt != null) {
        added(attempt).forEach(member -> going.add(member.path()));
      }
      return going;
    }
  }
}
