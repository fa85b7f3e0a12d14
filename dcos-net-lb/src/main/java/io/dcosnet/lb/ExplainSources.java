// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Published;
import io.dcosnet.lb.VipExplanation.Told;
import io.dcosnet.lb.exchange.BackendEntry;
import io.dcosnet.lb.exchange.BackendView;
import io.dcosnet.lb.vip.ClusterVips;
import io.dcosnet.lb.vip.NameStanding;
import io.dcosnet.lb.vip.TableAssembly;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * From the label to the table: what tasks want, what nodes told, how the name came to its address,
 * and what was left out.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class ExplainSources {

  private final ClusterVips vips;
  private final BackendView view;
  private final TableAssembly assembly;
  private final Supplier<List<Rejection>> rejections;

  ExplainSources(
      ClusterVips vips,
      BackendView view,
      TableAssembly assembly,
      Supplier<List<Rejection>> rejections) {
    this.vips = vips;
    this.view = view;
    this.assembly = assembly;
    this.rejections = rejections;
  }

  List<Published> published(VipKey key) {
    List<Published> published = new ArrayList<>();
    vips.tasks(key)
        .values()
        .forEach(
            tasks ->
                tasks.forEach(
                    (task, backend) -> published.add(new Published(task, backend.backend()))));
    return published;
  }

  List<Told> told(VipKey key) {
    return view.told(key).stream()
        .map(
            one -> {
              BackendEntry entry = one.entry();
              return new Told(
                  entry.backend(),
                  entry.zone(),
                  one.writer(),
                  one.writerState(),
                  one.counts(),
                  one.reach(),
                  one.best() == Backend.State.DOWN,
                  one.failing(),
                  entry.sinceMillis(),
                  entry.changedMillis());
            })
        .toList();
  }

  List<NameStanding> naming(VipKey key) {
    String name = key.name();
    return name == null
        ? List.of()
        : List.of(assembly.standing(name, false), assembly.standing(name, true));
  }

  /** Whether so much fails its checks that they are not heeded. */
  boolean checksUnheeded(VipKey key) {
    return view.unheeded().contains(key);
  }

  /** What was left out of this VIP, or by tasks that have a part in it. */
  List<Rejection> refused(VipKey key, List<Published> published) {
    return new RelatedRefusals(key, published).among(rejections.get());
  }
}
