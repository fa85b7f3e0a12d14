// SPDX-License-Identifier: Apache-2.0
/**
 * The edge: which requests from outside reach which tasks, worked out from the labels of apps as
 * Marathon-LB understands them. Pure: no clock, no socket, no proxy. Start reading at {@link
 * io.dcosnet.lb.edge.EdgeModel}.
 */
@NullMarked
package io.dcosnet.lb.edge;

import org.jspecify.annotations.NullMarked;
