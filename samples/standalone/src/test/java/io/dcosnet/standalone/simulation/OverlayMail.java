// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.LinkCodec;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How an agent reaches the masters: by messages over the simulated network, which loses and delays
 * them. Like the real link it asks one master after the other until one leads.
 *
 * <p><b>Confined to</b> the scheduler of its node.
 */
final class OverlayMail implements MasterLink {

  private static final String REGISTER = "overlay/register";
  private static final String APPLIED = "overlay/applied";
  private static final String ANSWER = "overlay/answer";
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final Bytes TAKEN = Bytes.utf8("taken");

  private final NodeId self;
  private final NodeMessages messages;
  private final Scheduler scheduler;
  private final Supplier<List<NodeId>> masters;
  private final Map<Long, CompletableFuture<Bytes>> waiting = new HashMap<>();
  private long asked;
  private int target;

  /** A number that the answer comes with, before the document itself. */
  private record Letter(long number, Bytes document) {

    Bytes encode() {
      return Bytes.utf8(number + "\n" + document.toUtf8());
    }

    static Letter decode(Bytes message) {
      String text = message.toUtf8();
      int end = text.indexOf('\n');
      return new Letter(
          Long.parseLong(text.substring(0, end)), Bytes.utf8(text.substring(end + 1)));
    }
  }

  OverlayMail(
      NodeId self, NodeMessages messages, Scheduler scheduler, Supplier<List<NodeId>> masters) {
    this.self = self;
    this.messages = messages;
    this.scheduler = scheduler;
    this.masters = masters;
    var unused = messages.receive(ANSWER, scheduler, (from, message) -> answered(message));
  }

  /** A master answers what agents ask by such mail. */
  static void serve(OverlayMaster master, NodeMessages messages, Scheduler scheduler) {
    var unused =
        messages.receive(
            REGISTER,
            scheduler,
            (from, message) -> {
              Letter letter = Letter.decode(message);
              var unusedAnswer =
                  master
                      .register(LinkCodec.decodeRequest(letter.document()))
                      .thenCompose(
                          answer ->
                              send(messages, from, letter.number(), LinkCodec.encode(answer)));
            });
    var unusedToo =
        messages.receive(
            APPLIED,
            scheduler,
            (from, message) -> {
              Letter letter = Letter.decode(message);
              var unusedAnswer =
                  master
                      .applied(LinkCodec.decodeReport(letter.document()))
                      .thenCompose(taken -> send(messages, from, letter.number(), TAKEN));
            });
  }

  private static CompletionStage<Void> send(
      NodeMessages messages, NodeId to, long number, Bytes document) {
    return messages.send(to, ANSWER, new Letter(number, document).encode());
  }

  private void answered(Bytes message) {
    Letter letter = Letter.decode(message);
    CompletableFuture<Bytes> asker = waiting.remove(letter.number());
    if (asker != null) { // else it came too late
      asker.complete(letter.document());
    }
  }

  private CompletableFuture<Bytes> ask(String topic, Bytes document) {
    List<NodeId> all = masters.get();
    long number = ++asked;
    CompletableFuture<Bytes> answer = new CompletableFuture<>();
    waiting.put(number, answer);
    Scheduler.Timer patience =
        scheduler.schedule(PATIENCE, () -> failed(number, new DcosNetException("no answer")));
    var unused =
        messages
            .send(all.get(target % all.size()), topic, new Letter(number, document).encode())
            .whenComplete(
                (sent, fault) -> {
                  if (fault != null) {
                    failed(number, fault);
                  }
                });
    return answer.whenComplete((told, fault) -> patience.cancel());
  }

  private void failed(long number, Throwable fault) {
    CompletableFuture<Bytes> asker = waiting.remove(number);
    if (asker != null) {
      asker.completeExceptionally(fault);
    }
  }

  @Override
  public CompletionStage<RegisterAnswer> register(RegisterRequest request) {
    return register(LinkCodec.encode(request), 1);
  }

  private CompletionStage<RegisterAnswer> register(Bytes request, int tries) {
    CompletableFuture<RegisterAnswer> answer =
        ask(REGISTER, request).thenApply(document -> LinkCodec.decodeAnswer(self, document));
    return answer
        .handle((told, fault) -> isFinal(told))
        .thenCompose(
            isFinal -> {
              if (isFinal) {
                return answer;
              }
              target++;
              return tries < masters.get().size() ? register(request, tries + 1) : answer;
            });
  }

  private static boolean isFinal(@Nullable RegisterAnswer told) {
    return told != null
        && !(told instanceof RegisterAnswer.Later later
            && later.reason().code().equals("NOT_LEADING"));
  }

  @Override
  public CompletionStage<Void> applied(AppliedReport report) {
    return ask(APPLIED, LinkCodec.encode(report)).thenAccept(taken -> {});
  }
}
