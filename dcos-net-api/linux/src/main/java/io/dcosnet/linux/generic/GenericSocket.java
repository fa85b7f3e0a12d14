// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.generic;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import java.util.List;
import java.util.Optional;

/**
 * Finds parts of the kernel by name and speaks to them, within one network namespace.
 *
 * <p><b>Threading</b> and errors as with {@link NetlinkSocket}.
 */
public final class GenericSocket implements AutoCloseable {

  private final NetlinkSocket socket;

  private GenericSocket(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens one for the namespace of this thread. */
  public static GenericSocket open() {
    return new GenericSocket(NetlinkSocket.open(NetlinkProtocol.GENERIC));
  }

  /** The part of that name; empty when this kernel has none, or has not loaded it. */
  public Optional<GenericFamily> family(String name) {
    try {
      return socket.request(GenericFamily.get(name)).stream().findFirst().map(GenericFamily::read);
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** As {@link NetlinkSocket#request}. */
  public List<Message> request(Request request) {
    return socket.request(request);
  }

  /** As {@link NetlinkSocket#dump}. */
  public List<Message> dump(Request request) {
    return socket.dump(request);
  }

  /** As {@link NetlinkSocket#requestAll}. */
  public List<Refusal> requestAll(List<Request> requests) {
    return socket.requestAll(requests);
  }

  /** Closes the socket; idempotent. Any thread. */
  @Override
  public void close() {
    socket.close();
  }
}
