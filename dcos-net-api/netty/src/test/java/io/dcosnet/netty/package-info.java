// SPDX-License-Identifier: Apache-2.0
/** Tests of the runtime; start reading at {@link io.dcosnet.netty.NetRuntimeTest}. */
@NullMarked
package io.dcosnet.netty;

import org.jspecify.annotations.NullMarked;
