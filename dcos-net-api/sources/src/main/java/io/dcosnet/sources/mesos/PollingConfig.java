// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What {@link MesosStateSource.Builder} collects and checks. <b>Immutable.</b>
 *
 * @param trusted endpoints that credentials may be sent to, {@code host:port} in lower case
 */
record PollingConfig(
    Scheduler scheduler,
    Executor executor,
    RandomGenerator random,
    List<URI> masters,
    Set<String> trusted,
    Duration refresh,
    Duration timeout,
    Duration electionGrace,
    long maxBytes,
    UnaryOperator<URI> rewrite,
    @Nullable Supplier<String> authorization,
    @Nullable SSLContext tls) {
  PollingConfig {
    masters = List.copyOf(masters);
    trusted = Set.copyOf(trusted);
  }
}
