// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Two paths side by side, each for the clients that it reaches: such as one in the socket layer for
 * processes of this node, and nftables for everybody else. To whoever uses it they are one.
 *
 * <p>A service is served when both serve it, or one does and the other does not know its kind. Each
 * connection is carried by one of them, so what they have carried is added.
 *
 * <p><b>Thread-safe.</b>
 */
public final class PairedDataPath implements DataPath {

  private final List<DataPath> both;
  private final NewestTable newest;

  /** A path of two that nothing else uses. */
  public PairedDataPath(DataPath first, DataPath second) {
    both = List.of(requireNonNull(first, "first"), requireNonNull(second, "second"));
    if (first.name().equals(second.name())) {
      throw new IllegalArgumentException(
          "second: " + second.name() + " (expected: another one than the first)");
    }
    newest = new NewestTable(table -> Together.apply(both, table));
  }

  /** Both names, such as {@code socket-nftables}. */
  @Override
  public String name() {
    return both.get(0).name() + "-" + both.get(1).name();
  }

  /** {@inheritDoc} Usable when both are. */
  @Override
  public Capabilities probe() {
    return Together.probe(both);
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    return newest.apply(requireNonNull(table, "table"));
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    List<Subscription> subscriptions = both.stream().map(path -> path.observe(observer)).toList();
    return () -> subscriptions.forEach(Subscription::close);
  }

  @Override
  public Subscription onChange(Runnable listener) {
    List<Subscription> subscriptions = both.stream().map(path -> path.onChange(listener)).toList();
    return () -> subscriptions.forEach(Subscription::close);
  }

  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    return Together.traffic(both, frontend);
  }

  @Override
  public List<String> plan(VipTable table) {
    return Together.plan(both, table);
  }

  @Override
  public boolean outlivesItsProcess() {
    return both.stream().anyMatch(DataPath::outlivesItsProcess);
  }

  @Override
  public List<String> left() {
    return Together.left(both);
  }

  @Override
  public List<String> cleanup() {
    return Together.cleanup(both);
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    newest.stop();
    return Together.stop(both, leaveInPlace, grace);
  }
}
