// SPDX-License-Identifier: Apache-2.0
/**
 * What an agent does, without threads, clocks, sockets or files: {@link
 * io.dcosnet.overlay.agent.AgentMachine} decides, {@link io.dcosnet.overlay.agent.AgentStatus}
 * tells how it stands, {@link io.dcosnet.overlay.agent.AddressExplanation} what an address is.
 * Start reading at the first.
 */
@NullMarked
package io.dcosnet.overlay.agent;

import org.jspecify.annotations.NullMarked;
