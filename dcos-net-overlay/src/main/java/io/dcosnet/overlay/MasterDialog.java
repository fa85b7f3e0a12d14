// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.overlay.agent.AgentMachine;
import io.dcosnet.overlay.agent.Command;
import io.dcosnet.overlay.agent.Command.Adopt;
import io.dcosnet.overlay.agent.Command.Register;
import io.dcosnet.overlay.agent.Command.Report;
import io.dcosnet.overlay.agent.Command.Wait;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what an {@link AgentMachine} wants: sends, waits, and tells it what came of that.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class MasterDialog {

  /** Whoever has not answered by then is not waited for; a later answer is still heard. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Logger LOGGER = LoggerFactory.getLogger(MasterDialog.class);

  private final AgentMachine machine;
  private final MasterLink link;
  private final Scheduler scheduler;
  private final Consumer<Adopt> adopt;
  private final Runnable changed;
  private final AgentMetrics metrics;
  private Optional<String> failure = Optional.empty();
  private Scheduler.@Nullable Timer wait;
  private boolean closed;

  /**
   * Says nothing yet.
   *
   * @param adopt puts an assignment on the host
   * @param changed told after each step
   */
  MasterDialog(
      AgentMachine machine,
      MasterLink link,
      Scheduler scheduler,
      Consumer<Adopt> adopt,
      Runnable changed,
      AgentMetrics metrics) {
    this.machine = machine;
    this.link = link;
    this.scheduler = scheduler;
    this.adopt = adopt;
    this.changed = changed;
    this.metrics = metrics;
  }

  /** Makes a step of the machine and carries out what it wants. */
  void step(Supplier<List<Command>> step) {
    if (closed) {
      return;
    }
    List<Command> commands = step.get();
    for (Command command : commands) {
      if (command instanceof Wait pause) { // first, so that it goes on whatever the rest comes to
        cancelWait();
        wait = scheduler.schedule(pause.delay(), () -> step(machine::wake));
      }
    }
    for (Command command : commands) {
      if (command instanceof Register register) {
        register(register);
      } else if (command instanceof Adopt adoption) {
        adopt.accept(adoption);
      } else if (command instanceof Report report) {
        report(report);
      }
    }
    changed.run();
  }

  private void register(Register command) {
    cancelWait();
    Scheduler.Timer patience = scheduler.schedule(PATIENCE, () -> silent(command.attempt()));
    ask(() -> link.register(command.request()))
        .whenCompleteAsync(
            (answer, fault) -> {
              patience.cancel();
              if (closed) {
                return;
              }
              if (answer == null) {
                LOGGER.debug("no master answered a registration", fault);
                unanswered(command.attempt(), "failed", reason(fault));
              } else {
                metrics.asked(word(answer));
                heard(answer);
                step(() -> machine.answered(command.attempt(), answer));
              }
            },
            scheduler);
  }

  private void silent(long attempt) {
    unanswered(attempt, "timeout", "no master answered within " + PATIENCE.toSeconds() + " s");
  }

  private void unanswered(long attempt, String result, String reason) {
    if (!closed) {
      metrics.asked(result);
      if (machine.awaits(attempt)) {
        missing(reason);
      }
      step(() -> machine.unanswered(attempt));
    }
  }

  private static String reason(@Nullable Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    String text = cause == null ? null : cause.getMessage();
    return text == null ? String.valueOf(cause) : text;
  }

  private void heard(RegisterAnswer answer) {
    if (answer instanceof Later later) {
      missing(later.reason().code() + ": " + later.reason().detail());
    } else if (failure.isPresent()) {
      LOGGER.info("a master of overlays answers again");
      failure = Optional.empty();
    }
  }

  /** Told once, not with each try; one that fails by another reason is news. */
  private void missing(String reason) {
    if (!failure.equals(Optional.of(reason))) {
      LOGGER.warn("no master of overlays serves this host: {}", reason);
      failure = Optional.of(reason);
    }
  }

  /**
   * Why no master gave or confirmed anything the last time; empty if one did, or none was asked.
   */
  Optional<String> failure() {
    return failure;
  }

  private void report(Report command) {
    Scheduler.Timer patience =
        scheduler.schedule(PATIENCE, () -> step(() -> machine.unacknowledged(command.number())));
    ask(() -> link.applied(command.report()))
        .whenCompleteAsync(
            (taken, fault) -> {
              patience.cancel();
              metrics.asked(fault == null ? "reported" : "unreported");
              step(
                  () ->
                      fault == null
                          ? machine.acknowledged(command.number())
                          : machine.unacknowledged(command.number()));
            },
            scheduler);
  }

  private static <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> request) {
    try {
      return request.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static String word(RegisterAnswer answer) {
    return answer.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private void cancelWait() {
    if (wait != null) {
      wait.cancel();
      wait = null;
    }
  }

  void close() {
    closed = true;
    cancelWait();
  }
}
