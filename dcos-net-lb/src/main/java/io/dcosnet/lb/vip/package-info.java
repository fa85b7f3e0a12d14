// SPDX-License-Identifier: Apache-2.0
/**
 * What a VIP is, as pure functions: which labels make one, which back ends a task adds to it, which
 * address its name has, and the table that a data path serves. No clock, no sockets, no threads.
 * Start reading at {@link io.dcosnet.lb.vip.TaskVips} (labels to back ends), {@link
 * io.dcosnet.lb.vip.VipAddresses} (names to addresses) and {@link io.dcosnet.lb.vip.VipTable}.
 */
@NullMarked
package io.dcosnet.lb.vip;

import org.jspecify.annotations.NullMarked;
