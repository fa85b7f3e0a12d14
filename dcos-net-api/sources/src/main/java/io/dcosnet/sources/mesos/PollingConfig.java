// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.auth.Authorization;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What {@link MesosStateSource.Builder} collects and checks. <b>Immutable.</b> */
record PollingConfig(
    Scheduler scheduler,
    Executor executor,
    RandomGenerator random,
    MasterSet masters,
    Duration refresh,
    Duration timeout,
    Duration electionGrace,
    long maxBytes,
    @Nullable Authorization authorization,
    @Nullable SSLContext tls) {}
