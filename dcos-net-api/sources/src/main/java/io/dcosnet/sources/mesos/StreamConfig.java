// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Master;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.auth.Authorization;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What {@link MesosStreamSource.Builder} collects and checks. <b>Immutable.</b>
 *
 * @param detector null when only {@code masters} tells whom to ask
 * @param trusted endpoints that credentials may be sent to, {@code host:port} in lower case
 */
record StreamConfig(
    Scheduler scheduler,
    Executor executor,
    RandomGenerator random,
    List<URI> masters,
    @Nullable MasterDetector detector,
    Set<String> trusted,
    Duration electionGrace,
    int maxRecordBytes,
    UnaryOperator<URI> rewrite,
    @Nullable Authorization authorization,
    @Nullable SSLContext tls) {
  StreamConfig {
    masters = List.copyOf(masters);
    trusted = Set.copyOf(trusted);
  }

  /** How a master is asked that is known by its address only: as the first of the others is. */
  URI uriOf(Master master) {
    URI like = masters.isEmpty() ? null : masters.get(0);
    String scheme = like != null ? like.getScheme() : tls != null ? "https" : "http";
    String path = like != null ? like.getRawPath() : MesosStreamSource.DEFAULT_PATH;
    return rewrite.apply(URI.create(scheme + "://" + master.endpoint() + path));
  }

  /** Whether credentials may be sent to {@code endpoint}, {@code host:port} in lower case. */
  boolean trusts(String endpoint) {
    return trusted.contains(endpoint)
        || (detector != null
            && detector.masters().all().stream()
                .anyMatch(master -> master.endpoint().toString().equals(endpoint)));
  }
}
