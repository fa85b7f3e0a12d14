// SPDX-License-Identifier: Apache-2.0
/**
 * Event loops, timers, transport choice and TLS, shared by all network parts of one process. Start
 * reading at {@link io.dcosnet.netty.NetRuntime}.
 */
@NullMarked
package io.dcosnet.netty;

import org.jspecify.annotations.NullMarked;
