// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.auth.Authorization;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What {@link MesosStreamSource.Builder} collects and checks. <b>Immutable.</b> */
record StreamConfig(
    Scheduler scheduler,
    Executor executor,
    RandomGenerator random,
    MasterSet masters,
    Duration electionGrace,
    int maxRecordBytes,
    @Nullable Authorization authorization,
    @Nullable SSLContext tls) {}
