// SPDX-License-Identifier: Apache-2.0
/**
 * The network of a host by netlink: what the kernel holds is read, compared with what must be
 * there, and only the difference is written. {@link io.dcosnet.overlay.apply.Pass} is one such
 * comparison, on a {@link io.dcosnet.overlay.apply.Kernel} that may also be a mere copy. Start
 * reading at {@link io.dcosnet.overlay.apply.NetlinkHostNetwork}.
 */
@NullMarked
package io.dcosnet.overlay.apply;

import org.jspecify.annotations.NullMarked;
