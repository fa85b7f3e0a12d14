// SPDX-License-Identifier: Apache-2.0
/**
 * Who has which address: tunnel end points and subnets of agents, as a pure state machine. A step
 * takes a state and gives a new one together with what has to be written for it; nothing here knows
 * a clock, a thread or a store. Start reading at {@link io.dcosnet.overlay.allocate.Allocator}.
 */
@NullMarked
package io.dcosnet.overlay.allocate;

import org.jspecify.annotations.NullMarked;
