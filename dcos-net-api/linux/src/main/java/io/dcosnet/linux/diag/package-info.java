// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets of this host, whoever opened them: what they are connected to, and cutting them. Start
 * reading at {@link io.dcosnet.linux.diag.SocketDiag}.
 */
@NullMarked
package io.dcosnet.linux.diag;

import org.jspecify.annotations.NullMarked;
