// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A data path whose traffic a test makes up. */
final class ScriptedPath implements DataPath {

  private final MemoryDataPath memory = new MemoryDataPath();
  private final Map<HostPort, Integer> active = new HashMap<>();

  /** From now on so many connections to this back end are open. */
  void active(HostPort backend, int connections) {
    active.put(backend, connections);
  }

  /** A back end does not take some connections. */
  void refuse(Frontend frontend, HostPort backend, int times) {
    for (int i = 0; i < times; i++) {
      memory.traffic().failed(frontend, backend, Failure.REFUSED);
    }
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public Capabilities probe() {
    return memory.probe();
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    return memory.apply(table);
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    return memory.observe(observer);
  }

  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    return Optional.of(new Traffic(9, 7, 100, 200, Map.of(Failure.REFUSED, 5L), active));
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    return memory.stop(leaveInPlace, grace);
  }
}
