// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.member;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step in what a node believed of a member. <b>Immutable.</b>
 *
 * @param at wall clock of the node that believes
 * @param channel how it came: {@code own}, {@code gossip} or {@code sync}
 * @param from address that it came from; null for what the node found out itself
 * @param accuser who said that the member is gone; null otherwise
 * @param grade by which evidence; null where nobody accuses
 */
public record TimelineStep(
    Instant at,
    State state,
    long epoch,
    long incarnation,
    String channel,
    @Nullable HostPort from,
    @Nullable NodeId accuser,
    @Nullable Grade grade) {}
