// SPDX-License-Identifier: Apache-2.0
/**
 * Stable virtual addresses for the services of a cluster. Start reading at {@link
 * io.dcosnet.lb.VipLoadBalancer}, which hosts build and start.
 *
 * <p>The way of a label to a connection: {@code vip} makes back ends of labels, {@code exchange}
 * tells them to all nodes, {@code vip} makes a table of everybody's, {@code balance} prefers what
 * is near, {@code health} leaves out what fails, a {@code datapath} takes the table, and the names
 * in it become the {@link io.dcosnet.lb.VipLoadBalancer#directory directory} that DNS reads. {@code
 * http} shows all of it.
 */
@NullMarked
package io.dcosnet.lb;

import org.jspecify.annotations.NullMarked;
