// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Lists and deletes the flows that the kernel tracks in one network namespace. The next packet of a
 * deleted flow is treated as the first one of a new flow, by the rules as they are then.
 *
 * <p>There is no way here to delete all flows at once: each deletion names one flow.
 *
 * <p><b>Threading</b> and errors as with {@link NetlinkSocket}.
 */
public final class Conntrack implements AutoCloseable {

  private final NetlinkSocket socket;

  private Conntrack(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens one for the namespace of this thread. */
  public static Conntrack open() {
    return new Conntrack(NetlinkSocket.open(NetlinkProtocol.NETFILTER));
  }

  /** The flow whose original direction is this, if there is one. */
  public Optional<Flow> flow(FlowDirection original) {
    try {
      return socket.request(Flows.get(original)).stream().findFirst().map(Flows::read);
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** All flows over IPv4, or all over IPv6. */
  public List<Flow> flows(boolean ipv4) {
    return read(Flows.list(ipv4), flow -> true);
  }

  /** Flows that a filter means. */
  public List<Flow> flows(FlowFilter filter) {
    return read(Flows.list(filter), filter::matches); // kernels may tell of others too
  }

  private List<Flow> read(Request request, Predicate<Flow> wanted) {
    List<Flow> all = new ArrayList<>();
    for (Message message : socket.dump(request)) {
      Flow flow = Flows.read(message);
      if (wanted.test(flow)) {
        all.add(flow);
      }
    }
    return all;
  }

  /** Deletes a flow; false when it is not there any more. */
  public boolean delete(Flow flow) {
    return delete(List.of(flow)) == 1;
  }

  /**
   * Deletes all flows that a filter means, one by one. A client that begins anew in just that
   * moment from the same port may lose its new flow, which begins once more then.
   *
   * @return how many; those that ended meanwhile by themselves do not count
   */
  public int delete(FlowFilter filter) {
    return delete(flows(filter));
  }

  /**
   * Deletes many flows. One that is refused keeps none of the others.
   *
   * @return how many; those that ended meanwhile by themselves do not count
   * @throws KernelException for the first one that was refused, when all were tried
   */
  public int delete(List<Flow> flows) {
    Deletion deletion = tryDelete(flows);
    if (!deletion.refused().isEmpty()) {
      throw deletion.refused().get(0).toException();
    }
    return deletion.deleted();
  }

  /**
   * What became of flows that were to be deleted.
   *
   * @param deleted how many; those that ended meanwhile by themselves do not count
   * @param refused those that are still there, by their place in the list
   */
  public record Deletion(int deleted, List<Refusal> refused) {
    public Deletion {
      refused = List.copyOf(refused);
    }
  }

  /** Deletes many flows, each by itself, and tells which ones the kernel keeps. */
  public Deletion tryDelete(List<Flow> flows) {
    List<Refusal> all = socket.requestAll(flows.stream().map(Flows::delete).toList());
    List<Refusal> refused = all.stream().filter(refusal -> !refusal.isAbsence()).toList();
    return new Deletion(flows.size() - all.size(), refused);
  }

  /** Closes the socket; idempotent. Any thread. */
  @Override
  public void close() {
    socket.close();
  }
}
