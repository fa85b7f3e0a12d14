// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.diag.InetSocket;
import io.dcosnet.linux.diag.SocketDiag;
import io.dcosnet.linux.diag.SocketQuery;

/**
 * A connected socket whose connection this path redirected.
 *
 * @param frontend that it was meant for
 * @param backend that it got
 * @param socket as the kernel shows it
 * @param where by which it can be cut
 */
record Carried(Frontend frontend, HostPort backend, InetSocket socket, SocketDiag where) {

  /** Whether it is more than a rest that the kernel still looks after. */
  boolean isOpen() {
    return (SocketQuery.OPEN & 1 << socket.state()) != 0;
  }
}
