// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
      if (query.remotes().isEmpty() || query.remotes().contains(read.remote())) {
        all.add(read);
      }
    }
    return all;
  }

  /**
   * Cuts sockets, each by itself: one that the kernel does not cut keeps no other.
   *
   * @return how many there were, and why others go on; those that were closed meanwhile are neither
   */
  public Cuts destroy(Collection<InetSocket> sockets) {
    List<InetSocket> all = List.copyOf(sockets);
    List<Refusal> refusals = socket.requestAll(all.stream().map(SocketMessages::destroy).toList());
    Map<InetSocket, String> refused = new HashMap<>();
    for (Refusal refusal : refusals) {
      if (!refusal.isAbsence()) {
        refused.put(all.get(refusal.index()), refusal.toString());
      }
    }
    return new Cuts(all.size() - refusals.size(), refused);
  }

  /**
   * What became of sockets that were to be cut. <b>Immutable.</b>
   *
   * @param done how many were cut
   * @param refused those that were not, and the kernel's words
   */
  public record Cuts(int done, Map<InetSocket, String> refused) {
    public Cuts {
      refused = Map.copyOf(refused);
    }
  }

  /** Closes it; idempotent. Any thread. */
  @Override
  public void close() {
    socket.close();
  }
}
