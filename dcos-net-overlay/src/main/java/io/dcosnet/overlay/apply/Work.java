// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.route.Link;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pass after the other on one kernel: remembers what the kernel holds, so that a change of one
 * peer is a message or two. <b>Not thread-safe.</b>
 */
final class Work {

  private final Kernel kernel;
  private final ApplyMetrics metrics;
  private final Consumer<Concerns> concerns;
  private final Filtering filtering = new Filtering();
  private NetlinkConfig config;
  private @Nullable DesiredState last;
  private @Nullable HeldEntries held;
  private boolean trusted;

  /**
   * One that knows nothing yet.
   *
   * @param concerns is told what changes call for another pass, before the pass changes anything
   */
  Work(Kernel kernel, NetlinkConfig config, ApplyMetrics metrics, Consumer<Concerns> concerns) {
    this.kernel = kernel;
    this.config = config;
    this.metrics = metrics;
    this.concerns = concerns;
  }

  /**
   * Makes a state true.
   *
   * @param read whether somebody else may have changed anything but filters
   * @param readFilters whether somebody else may have changed filters
   * @throws io.dcosnet.linux.KernelException when the kernel cannot be asked
   */
  HostReport apply(DesiredState state, boolean read, boolean readFilters) {
    boolean repair = state.equals(last);
    Optional<HeldEntries> before = Optional.ofNullable(held);
    Optional<HeldEntries> known = read || !trusted ? Optional.empty() : before;
    boolean unsure = !trusted;
    trusted = false;
    last = null;
    Map<HostObject, Integer> drift = new EnumMap<>(HostObject.class);
    Pass pass = new Pass(kernel, state, config, filtering, false);
    Pass.Result result =
        pass.run(
            known,
            readFilters || unsure,
            new Pass.Observer() {
              @Override
              public void read(HeldEntries there) {
                before.ifPresent(known -> drift.putAll(known.ours().differences(there.ours())));
              }

              @Override
              public void wanted(Placed placed, Entries wanted) {
                concerns.accept(new Concerns(state, placed, wanted, filtering.passed(), config));
              }
            });
    config = result.config();
    held = result.held();
    trusted = true;
    last = state;
    if (repair) {
      pass.steps()
          .done()
          .forEach(
              (kind, count) -> {
                if (kind.isLocal() && kind != HostObject.RULE) {
                  drift.put(kind, count);
                }
              });
    }
    if (!unsure) {
      metrics.drift(drift);
    }
    pass.steps().faults().forEach(metrics::fault);
    return report(state, pass.steps(), result, repair);
  }

  private static HostReport report(
      DesiredState state, Steps steps, Pass.Result result, boolean repair) {
    return new HostReport(
        state,
        steps.added(),
        steps.changed(),
        steps.removed(),
        repair,
        steps.faults(),
        result.placed().tunnel().stream().mapToInt(Link::mtu).findFirst());
  }
}
