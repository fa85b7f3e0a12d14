// SPDX-License-Identifier: Apache-2.0
/** Event loops, transports, TLS and HTTP, shared by all network parts. */
@NullMarked
package io.dcosnet.netty;

import org.jspecify.annotations.NullMarked;
