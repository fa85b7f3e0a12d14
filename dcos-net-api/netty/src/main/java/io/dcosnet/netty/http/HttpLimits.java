// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

/**
 * What a client may take from the server; times in nanoseconds. The meaning and the defaults are at
 * the options of {@link HttpServer.Builder}. <b>Immutable.</b>
 */
record HttpLimits(
    int maxConnections,
    int maxConnectionsPerClient,
    int maxStreams,
    int maxHeaderBytes,
    int maxTargetBytes,
    int maxBodyBytes,
    long idleNanos,
    long requestNanos,
    long writeNanos,
    long heartbeatNanos) {}
