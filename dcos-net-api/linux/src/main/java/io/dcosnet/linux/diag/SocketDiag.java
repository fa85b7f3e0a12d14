// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Lists and cuts the sockets of one network namespace, whichever process they belong to. Who reads
 * from a socket that is cut, or writes to it, is told ECONNABORTED at once; the other end of a TCP
 * connection gets a reset; and a UDP socket is not connected any more.
 *
 * <p><b>Threading</b> and errors as with {@link NetlinkSocket}.
 */
public final class SocketDiag implements AutoCloseable {

  private final NetlinkSocket socket;

  private SocketDiag(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens one for the namespace of this thread. */
  public static SocketDiag open() {
    return new SocketDiag(NetlinkSocket.open(NetlinkProtocol.SOCK_DIAG));
  }

  /** The sockets that a query means. */
  public List<InetSocket> list(SocketQuery query) {
    List<InetSocket> all = new ArrayList<>();
    for (Message message : socket.dump(SocketMessages.list(query))) {
      InetSocket read = SocketMessages.read(message, query.protocol());
      // What they do is up to them; but never more than was asked for.
      if (query.remote().stream().allMatch(read.remote()::equals)) {
        all.add(read);
      }
    }
    return all;
  }

  /**
   * Cuts sockets, each by itself.
   *
   * @return how many; those that were closed meanwhile do not count
   */
  public int destroy(Collection<InetSocket> sockets) {
    List<Refusal> refused =
        socket.requestAll(sockets.stream().map(SocketMessages::destroy).toList());
    for (Refusal refusal : refused) {
      if (!refusal.isAbsence()) {
        throw refusal.toException();
      }
    }
    return sockets.size() - refused.size();
  }

  /** Closes it; idempotent. Any thread. */
  @Override
  public void close() {
    socket.close();
  }
}
