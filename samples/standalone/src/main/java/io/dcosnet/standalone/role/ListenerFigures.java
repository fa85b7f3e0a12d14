// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.standalone.admin.PredecessorMetrics;
import io.dcosnet.standalone.input.OwnAddresses;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import org.jspecify.annotations.Nullable;

/**
 * The figures that dcos-net gave of its listener to Mesos, as far as they exist here.
 *
 * <p><b>Thread-safe.</b>
 */
final class ListenerFigures {

  private final ClusterSource source;
  private final @Nullable IpAddress ownAddress;
  private final PrometheusMetrics metrics;

  /**
   * Asks these when the figures are asked for.
   *
   * @param ownAddress of this node; null for all that this machine has
   */
  ListenerFigures(ClusterSource source, @Nullable IpAddress ownAddress, PrometheusMetrics metrics) {
    this.source = source;
    this.ownAddress = ownAddress;
    this.metrics = metrics;
  }

  void addTo(PredecessorMetrics.Registry registry) {
    registry
        .gauge("is_leader", "1 while the master of this node leads", () -> leads() ? 1L : 0L)
        .gauge("agents_total", "Agents", () -> (long) source.cluster().agents().size())
        .gauge("frameworks_total", "Frameworks", () -> (long) source.cluster().frameworks().size())
        .gauge("tasks_total", "Tasks", () -> (long) source.cluster().tasks().size())
        .gauge("waiting_tasks_total", "Tasks without a known agent or framework", this::waiting)
        .counter(
            "messages_total",
            "Events received from masters",
            () -> metrics.sum("dcosnet.sources.stream.events"))
        .counter(
            "bytes_total",
            "Bytes of events received from masters",
            () -> metrics.sum("dcosnet.sources.stream.bytes"))
        .counter(
            "failures_total",
            "Attempts to learn the cluster's state that failed",
            () -> metrics.sum("dcosnet.sources.reads", "result", "failed"));
  }

  private boolean leads() {
    Master leader = source.cluster().masters().leader();
    if (leader == null) {
      return false;
    }
    IpAddress address = leader.endpoint().address();
    return ownAddress == null
        ? OwnAddresses.ofMachine().contains(address)
        : ownAddress.equals(address);
  }

  private long waiting() {
    ClusterState cluster = source.cluster();
    return cluster.tasks().stream()
        .filter(
            task ->
                cluster.agent(task.agentId()).isEmpty()
                    || cluster.framework(task.frameworkId()).isEmpty())
        .count();
  }
}
