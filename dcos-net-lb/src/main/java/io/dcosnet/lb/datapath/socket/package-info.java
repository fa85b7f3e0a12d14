// SPDX-License-Identifier: Apache-2.0
/**
 * The data path that redirects connections when processes of this node make them, by programs
 * within the kernel; start reading at {@link io.dcosnet.lb.datapath.socket.SocketDataPath}.
 */
@NullMarked
package io.dcosnet.lb.datapath.socket;

import org.jspecify.annotations.NullMarked;
