// SPDX-License-Identifier: Apache-2.0
/**
 * Gives every container an address that every node can reach. So far: the master's part, which
 * gives each agent a tunnel end point and subnets, and the plan that shows what it would give.
 * Start reading at {@link io.dcosnet.overlay.Allocations}.
 */
@NullMarked
package io.dcosnet.overlay;

import org.jspecify.annotations.NullMarked;
