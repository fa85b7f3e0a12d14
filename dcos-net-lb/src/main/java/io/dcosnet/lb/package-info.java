// SPDX-License-Identifier: Apache-2.0
/**
 * Stable virtual addresses for the services of a cluster. Start reading at {@link
 * io.dcosnet.lb.VipLoadBalancer}, which hosts build and start; {@code vip} holds the pure rules,
 * {@code exchange} the talk between nodes, {@code datapath} what carries connections.
 */
@NullMarked
package io.dcosnet.lb;

import org.jspecify.annotations.NullMarked;
