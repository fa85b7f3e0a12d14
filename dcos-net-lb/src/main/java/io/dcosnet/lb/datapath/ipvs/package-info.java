// SPDX-License-Identifier: Apache-2.0

/**
 * VIPs by the load balancer of the kernel; start reading at {@link
 * io.dcosnet.lb.datapath.ipvs.IpvsDataPath}. {@code Wanted} and {@code Difference} are pure, what
 * touches the kernel is behind {@code IpvsHost}.
 */
@NullMarked
package io.dcosnet.lb.datapath.ipvs;

import org.jspecify.annotations.NullMarked;
