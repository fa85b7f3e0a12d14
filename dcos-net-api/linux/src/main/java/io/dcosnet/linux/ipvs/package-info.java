// SPDX-License-Identifier: Apache-2.0
/**
 * The load balancer that the kernel brings along. Start reading at {@link
 * io.dcosnet.linux.ipvs.IpvsSocket}.
 */
@NullMarked
package io.dcosnet.linux.ipvs;

import org.jspecify.annotations.NullMarked;
