// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import java.util.HashMap;
import java.util.Map;

/**
 * What one service has carried so far, at one moment. For UDP a connection is a client that was
 * given a back end. <b>Immutable.</b>
 *
 * @param connections that came in since the service is served here
 * @param active that are open now
 * @param toBackends payload in bytes
 * @param toClients payload in bytes
 * @param failures back ends that did not take a connection, by what went wrong
 * @param activeByBackend that are open, or being opened, now; 0 is left out
 */
public record Traffic(
    long connections,
    long active,
    long toBackends,
    long toClients,
    Map<Failure, Long> failures,
    Map<HostPort, Integer> activeByBackend) {

  public Traffic {
    failures = Map.copyOf(failures);
    activeByBackend = Map.copyOf(activeByBackend);
  }

  /** Both together, of two paths that carry the same service side by side. */
  public Traffic plus(Traffic other) {
    Map<Failure, Long> bothFailures = new HashMap<>(failures);
    other.failures.forEach((failure, count) -> bothFailures.merge(failure, count, Long::sum));
    Map<HostPort, Integer> bothActive = new HashMap<>(activeByBackend);
    other.activeByBackend.forEach(
        (backend, count) -> bothActive.merge(backend, count, Integer::sum));
    return new Traffic(
        connections + other.connections,
        active + other.active,
        toBackends + other.toBackends,
        toClients + other.toClients,
        bothFailures,
        bothActive);
  }
}
