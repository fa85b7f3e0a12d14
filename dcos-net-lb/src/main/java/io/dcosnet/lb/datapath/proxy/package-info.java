// SPDX-License-Identifier: Apache-2.0
/**
 * The data path in user space: listens on virtual addresses, or on loopback addresses that stand
 * for them, and carries TCP and UDP to back ends. Needs neither root nor kernel features. Start
 * reading at {@link io.dcosnet.lb.datapath.proxy.ProxyDataPath}.
 */
@NullMarked
package io.dcosnet.lb.datapath.proxy;

import org.jspecify.annotations.NullMarked;
