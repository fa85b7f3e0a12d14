// SPDX-License-Identifier: Apache-2.0
/**
 * Talking to the kernel in netlink messages. A {@link io.dcosnet.linux.netlink.Request} is what we
 * ask, a {@link io.dcosnet.linux.netlink.Message} is what the kernel says; both are pure values.
 * What they mean is known to the packages beside this one.
 */
@NullMarked
package io.dcosnet.linux.netlink;

import org.jspecify.annotations.NullMarked;
