// SPDX-License-Identifier: Apache-2.0
/**
 * The model of the edge as a configuration of HAProxy. Pure: nothing is written or started here.
 * Start reading at {@link io.dcosnet.lb.edge.haproxy.HaproxyConfig}.
 */
@NullMarked
package io.dcosnet.lb.edge.haproxy;

import org.jspecify.annotations.NullMarked;
