// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads and changes elements of sets and maps of one network namespace. A change is one
 * transaction: packets see all of it or nothing.
 *
 * <pre>{@code
 * try (NftSocket nft = NftSocket.open()) {
 *   List<Refusal> refused = nft.commit(NftElements.add(vips, elements));
 * }
 * }</pre>
 *
 * <p><b>Threading</b> and errors as with {@link NetlinkSocket}.
 */
public final class NftSocket implements AutoCloseable {

  private static final int BEGIN = 16;
  private static final int END = 17;
  private static final int NF_TABLES = 10;
  private static final int GENERATION = 1;

  /** Moving a set takes the kernel some milliseconds, and happens once for each doubling. */
  private static final int MAX_DUMPS = 50;

  private final NetlinkSocket socket;

  private NftSocket(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens one for the namespace of this thread. */
  public static NftSocket open() {
    return new NftSocket(NetlinkSocket.open(NetlinkProtocol.NETFILTER));
  }

  /** What there is now; another one after each change by anybody. */
  public NftGeneration generation() {
    return NftGeneration.read(socket.request(NftGeneration.get()).get(0));
  }

  /** All elements of a set or map, those of one moment; not for sets of intervals. */
  public List<NftElement> elements(NftSet set) {
    for (int i = 0; i < MAX_DUMPS; i++) {
      List<NftElement> all = new ArrayList<>();
      Set<Bytes> keys = new HashSet<>();
      for (Message message : socket.dump(NftElements.list(set))) {
        for (NftElement element : NftElements.read(message)) {
          all.add(element);
          keys.add(element.key());
        }
      }
      // While the kernel moves a set that has grown to a larger table, it tells of some elements
      // twice and of as many others not at all, and does not say so.
      if (keys.size() == all.size()) {
        return all;
      }
    }
    throw new KernelException(
        "list " + set + " (" + MAX_DUMPS + " times, and it moved each time)", Errno.EBUSY);
  }

  /** How many packets each element of a set has counted, by its key. */
  public Map<Bytes, Long> packets(NftSet set) {
    Map<Bytes, Long> counted = new HashMap<>();
    for (Message message : socket.dump(NftElements.list(set))) {
      counted.putAll(NftElements.packets(message));
    }
    return counted;
  }

  /** How many packets an element has counted; empty when it is not there, or does not count. */
  public OptionalLong packets(NftSet set, Bytes key) {
    try {
      for (Message message : socket.request(NftElements.get(set, key))) {
        Long packets = NftElements.packets(message).get(key);
        if (packets != null) {
          return OptionalLong.of(packets);
        }
      }
      return OptionalLong.empty();
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  /** Tells all objects of a kind, such as the rules of a table. */
  public List<Message> list(Request request) {
    return socket.dump(request);
  }

  /**
   * Does all of these, or nothing.
   *
   * @return what was refused; when there is something, nothing was done
   */
  public List<Refusal> commit(List<Request> requests) {
    return commit(requests, writer -> {});
  }

  /**
   * As the other one, provided that nobody has changed anything since.
   *
   * @param generation what there was when the requests were made
   * @return when somebody has, one refusal with the index -1 and ERESTART
   */
  public List<Refusal> commit(List<Request> requests, NftGeneration generation) {
    return commit(requests, writer -> writer.big32(GENERATION, generation.number()));
  }

  private List<Refusal> commit(List<Request> requests, Consumer<PayloadWriter> condition) {
    return socket.transaction(
        mark("change", BEGIN, condition), requests, mark("end", END, w -> {}));
  }

  private static Request mark(String verb, int type, Consumer<PayloadWriter> attributes) {
    return Request.of(
        verb,
        "nftables",
        type,
        0,
        writer -> {
          writer.u8(0).u8(0).big16(NF_TABLES);
          attributes.accept(writer);
        });
  }

  /** Closes the socket; idempotent. Any thread. */
  @Override
  public void close() {
    socket.close();
  }
}
