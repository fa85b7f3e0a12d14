// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.host.HostReport;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A host with the network that is tried on it.
 *
 * <p><b>Confined to</b> one thread.
 */
final class TriedHost implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final TestHost host;
  private final HostNetwork tried;

  /**
   * @param host closed by this
   * @param maker makes the network, on a thread of the host
   */
  TriedHost(TestHost host, Supplier<HostNetwork> maker) {
    this.host = host;
    tried = host.network().call(maker::get);
  }

  TestHost host() {
    return host;
  }

  NodeId id() {
    return new NodeId(new UUID(0, host.number()));
  }

  /** Makes a state true; what went wrong, empty when all of it is true. */
  Optional<String> fault(DesiredState state) {
    try {
      HostReport report =
          host.network() // where it works from the first state on
              .call(() -> tried.apply(state))
              .toCompletableFuture()
              .get(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
      return report.faults().stream()
          .map(fault -> fault.object() + ": " + fault.code() + ": " + fault.reason())
          .findFirst();
    } catch (ExecutionException e) {
      return Optional.of(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return Optional.of("not done in " + LONGEST.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Takes all away that is ours, as {@code dcos-net cleanup}; how many objects there were. */
  int cleanup() {
    tried.stop(true).toCompletableFuture().join();
    return host.network().call(() -> tried.cleanup().size());
  }

  @Override
  public void close() {
    var unused = tried.stop(true);
    host.close();
  }
}
