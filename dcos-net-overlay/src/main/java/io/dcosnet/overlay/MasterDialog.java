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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
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
    for (Command command : step.get()) {
      if (command instanceof Register register) {
        register(register);
      } else if (command instanceof Wait pause) {
        cancelWait();
        wait = scheduler.schedule(pause.delay(), () -> step(machine::wake));
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
    Scheduler.Timer patience =
        scheduler.schedule(PATIENCE, () -> unanswered(command.attempt(), "timeout"));
    ask(() -> link.register(command.request()))
        .whenCompleteAsync(
            (answer, fault) -> {
              patience.cancel();
              if (answer == null) {
                LOGGER.debug("no master answered a registration", fault);
                unanswered(command.attempt(), "failed");
              } else {
                metrics.asked(word(answer));
                step(() -> machine.answered(command.attempt(), answer));
              }
            },
            scheduler);
  }

  private void unanswered(long attempt, String result) {
    if (!closed) {
      metrics.asked(result);
      step(() -> machine.unanswered(attempt));
    }
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
