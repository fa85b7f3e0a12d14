// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What several paths are as one. A service is served when each of them serves it; one that does not
 * know its protocol or family is passed over as long as another does. <b>Pure.</b>
 */
final class Together {

  private Together() {}

  /** What all of them can do; usable when each is. */
  static Capabilities probe(List<DataPath> paths) {
    boolean usable = true;
    boolean ipv6 = false;
    List<String> details = new ArrayList<>();
    Set<Protocol> protocols = new HashSet<>();
    for (DataPath path : paths) {
      Capabilities one = probe(path);
      usable &= one.usable();
      ipv6 |= one.ipv6();
      protocols.addAll(one.protocols());
      details.add(paths.size() == 1 ? one.detail() : path.name() + ": " + one.detail());
    }
    return new Capabilities(usable, String.join("; ", details), protocols, ipv6);
  }

  /** That a probe fails is an answer too. */
  static Capabilities probe(DataPath path) {
    try {
      return path.probe();
    } catch (DcosNetException e) {
      return new Capabilities(false, String.valueOf(e.getMessage()), Set.of(), false);
    }
  }

  /**
   * Has all of them apply a table.
   *
   * @return fails when one of them does, once all have ended
   */
  static CompletionStage<ApplyReport> apply(List<DataPath> paths, VipTable table) {
    List<CompletableFuture<ApplyReport>> begun =
        paths.stream().map(path -> begin(path, table)).toList();
    return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
        .handle(
            (ok, failure) -> {
              if (failure != null) {
                throw failure(paths, begun);
              }
              List<Map.Entry<String, ApplyReport>> reports = new ArrayList<>();
              for (int i = 0; i < paths.size(); i++) {
                reports.add(Map.entry(paths.get(i).name(), begun.get(i).join()));
              }
              return report(table, reports);
            });
  }

  private static CompletableFuture<ApplyReport> begin(DataPath path, VipTable table) {
    try {
      return path.apply(table).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The first that failed, by its name where there are several. */
  private static CompletionException failure(
      List<DataPath> paths, List<CompletableFuture<ApplyReport>> ended) {
    for (int i = 0; i < paths.size(); i++) {
      Throwable cause = cause(ended.get(i));
      if (cause != null) {
        String name = paths.get(i).name();
        return new CompletionException(
            paths.size() == 1
                ? cause
                : new DcosNetException(name + ": " + cause.getMessage(), cause));
      }
    }
    throw new AssertionError("one of them has failed");
  }

  private static @Nullable Throwable cause(CompletableFuture<ApplyReport> ended) {
    if (!ended.isCompletedExceptionally()) {
      return null;
    }
    try {
      ended.join();
      return null;
    } catch (CompletionException e) {
      return cause(e);
    }
  }

  /** What failed, without what stages wrap it into. */
  static Throwable cause(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  private static ApplyReport report(VipTable table, List<Map.Entry<String, ApplyReport>> reports) {
    if (reports.size() == 1) {
      return reports.get(0).getValue();
    }
    Map<Frontend, Outcome> services = new HashMap<>(table.services().size() * 2);
    for (Frontend frontend : table.services().keySet()) {
      services.put(frontend, outcome(frontend, reports));
    }
    return new ApplyReport(table, services);
  }

  private static Outcome outcome(Frontend frontend, List<Map.Entry<String, ApplyReport>> reports) {
    Outcome served = null;
    Outcome unsupported = null;
    Outcome faulty = null;
    for (Map.Entry<String, ApplyReport> one : reports) {
      Outcome outcome = one.getValue().services().get(frontend);
      if (outcome == null) {
        faulty = new Outcome(State.FAILED, null, one.getKey() + ": told nothing of it");
      } else if (outcome.state() == State.SERVING) {
        served = served == null ? outcome : served;
      } else {
        Outcome named =
            new Outcome(outcome.state(), outcome.client(), one.getKey() + ": " + outcome.reason());
        if (outcome.state() == State.UNSUPPORTED) {
          unsupported = unsupported == null ? named : unsupported;
        } else {
          faulty = faulty == null ? named : faulty;
        }
      }
    }
    if (faulty != null) {
      return faulty;
    }
    return served == null ? requireNonNull(unsupported, "there is one path at least") : served;
  }

  static Optional<Traffic> traffic(List<DataPath> paths, Frontend frontend) {
    return paths.stream().flatMap(path -> path.traffic(frontend).stream()).reduce(Traffic::plus);
  }

  static List<String> plan(List<DataPath> paths, VipTable table) {
    return paths.stream().flatMap(path -> path.plan(table).stream()).toList();
  }

  static List<String> left(List<DataPath> paths) {
    return paths.stream().flatMap(path -> path.left().stream()).toList();
  }

  static List<String> cleanup(List<DataPath> paths) {
    return paths.stream().flatMap(path -> path.cleanup().stream()).toList();
  }

  /** Ends when all have ended; fails when one fails to. */
  static CompletionStage<Void> stop(List<DataPath> paths, boolean leaveInPlace, Duration grace) {
    return CompletableFuture.allOf(
        paths.stream()
            .map(path -> path.stop(leaveInPlace, grace).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }
}
