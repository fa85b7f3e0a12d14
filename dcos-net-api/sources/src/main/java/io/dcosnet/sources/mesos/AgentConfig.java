// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.auth.Authorization;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What {@link MesosAgentSource.Builder} collects and checks. <b>Immutable.</b>
 *
 * @param address of the node; null for what the agent says
 */
record AgentConfig(
    Scheduler scheduler,
    Executor executor,
    RandomGenerator random,
    URI agent,
    @Nullable IpAddress address,
    Duration interval,
    Duration timeout,
    long maxBytes,
    @Nullable Authorization authorization,
    @Nullable SSLContext tls) {}
