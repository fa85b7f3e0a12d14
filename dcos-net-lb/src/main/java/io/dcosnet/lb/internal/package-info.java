// SPDX-License-Identifier: Apache-2.0
/**
 * What all parts of the load balancer share and no host sees. Start reading at {@link
 * io.dcosnet.lb.internal.LbMetrics}.
 */
@NullMarked
package io.dcosnet.lb.internal;

import org.jspecify.annotations.NullMarked;
