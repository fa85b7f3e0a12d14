// SPDX-License-Identifier: Apache-2.0
/**
 * UDP sockets that take and send many datagrams with one system call. Start reading at {@link
 * io.dcosnet.linux.udp.BatchUdpSocket}.
 */
@NullMarked
package io.dcosnet.linux.udp;

import org.jspecify.annotations.NullMarked;
