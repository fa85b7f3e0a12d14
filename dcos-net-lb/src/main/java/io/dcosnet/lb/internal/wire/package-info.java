// SPDX-License-Identifier: Apache-2.0
/**
 * TCP sockets on the event loops of the runtime, without a channel and its pipeline around each: a
 * relay needs to know when it may read or write, and nothing more. Start reading at {@link
 * io.dcosnet.lb.internal.wire.Wire}.
 */
@NullMarked
package io.dcosnet.lb.internal.wire;

import org.jspecify.annotations.NullMarked;
