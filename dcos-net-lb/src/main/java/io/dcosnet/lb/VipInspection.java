// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * What a load balancer shows of itself. Looking changes nothing.
 *
 * <p><b>Thread-safe.</b>
 */
public final class VipInspection {

  private final VipControl control;
  private final DataPath dataPath;

  VipInspection(VipControl control, DataPath dataPath) {
    this.control = control;
    this.dataPath = dataPath;
  }

  /** All VIPs now; the same object as before as long as nothing changes. */
  public CompletionStage<VipSnapshot> snapshot() {
    return control.facts().snapshot();
  }

  /**
   * Calls back when a {@link #snapshot} would be another one. Several changes may be one call, and
   * a call may come although nothing changed.
   */
  public Subscription onChange(Executor executor, Runnable listener) {
    return control.facts().onChange(executor, listener);
  }

  /** How the data path fares. */
  public DataPathStatus dataPath() {
    return control.facts().dataPath();
  }

  /** Whom this node trusts; times are on the clock of the runtime. */
  public HealthSnapshot health() {
    return control.health();
  }

  /** What a service has carried on this node; empty when its data path does not count. */
  public Optional<Traffic> traffic(Frontend frontend) {
    return dataPath.traffic(requireNonNull(frontend, "frontend"));
  }

  /**
   * Whether so many nodes are dead for this one that it takes no further back ends out for that.
   */
  public boolean isGuarding() {
    return control.isGuarding();
  }

  /**
   * Why a VIP is as it is here: through every layer from the label to the data path, with what
   * happened to it last. Also for one that is not there.
   */
  public CompletionStage<VipExplanation> explain(VipKey key) {
    return control.explainer().explain(requireNonNull(key, "key"));
  }

  /** Labels, back ends and VIPs that are left out now, each with its reason. */
  public List<Rejection> rejections() {
    return control.rejections();
  }
}
