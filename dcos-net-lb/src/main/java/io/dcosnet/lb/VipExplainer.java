// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Elsewhere;
import io.dcosnet.lb.VipExplanation.Published;
import io.dcosnet.lb.VipExplanation.Serving;
import io.dcosnet.lb.VipExplanation.Told;
import io.dcosnet.lb.vip.NameStanding;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Puts together what each layer knows of a VIP.
 *
 * <p><b>Thread-safe.</b> All of this node is gathered in one turn of the scheduler, so that it fits
 * together.
 */
final class VipExplainer {

  private final Scheduler scheduler;
  private final VipFacts facts;
  private final Convergence convergence;
  private final ExplainSources sources;
  private final ExplainServing serving;
  private final ChangesElsewhere elsewhere;
  private final Supplier<Set<NodeId>> others;

  /**
   * @param others living load balancers, this one perhaps among them
   */
  VipExplainer(
      Scheduler scheduler,
      VipFacts facts,
      Convergence convergence,
      ExplainSources sources,
      ExplainServing serving,
      ChangesElsewhere elsewhere,
      Supplier<Set<NodeId>> others) {
    this.scheduler = scheduler;
    this.facts = facts;
    this.convergence = convergence;
    this.sources = sources;
    this.serving = serving;
    this.elsewhere = elsewhere;
    this.others = others;
  }

  void open() {
    elsewhere.open();
  }

  void close() {
    elsewhere.close();
  }

  CompletionStage<VipExplanation> explain(VipKey key) {
    return CompletableFuture.supplyAsync(() -> elsewhere.ask(key, others.get()), scheduler)
        .thenCompose(stage -> stage)
        .thenApplyAsync(told -> gather(key, told), scheduler);
  }

  private VipExplanation gather(VipKey key, List<Elsewhere> elsewhere) {
    VipSnapshot snapshot = facts.take();
    List<Published> published = sources.published(key);
    List<Told> told = sources.told(key);
    List<NameStanding> naming = sources.naming(key);
    List<Serving> served = serving.of(key, snapshot, scheduler.time().nanos());
    var refused = sources.refused(key, published);
    ExplainAdvice advice =
        new ExplainAdvice(key, published, told, served, sources.checksUnheeded(key));
    return new VipExplanation(
        key,
        key.vipName().map(name -> name + "." + snapshot.zone()).orElse(null),
        advice.verdict(),
        published,
        told,
        naming,
        served,
        convergence.of(key),
        elsewhere,
        refused,
        advice.advice(snapshot, naming, refused, elsewhere));
  }
}
