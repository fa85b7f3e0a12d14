// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.NetlinkSocket;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import java.util.ArrayList;
import java.util.List;
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

  /** All elements of a set or map; those of one moment. */
  public List<NftElement> elements(NftSet set) {
    List<NftElement> all = new ArrayList<>();
    for (Message message : socket.dump(NftElements.list(set))) {
      all.addAll(NftElements.read(message));
    }
    return all;
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
    return socket.transaction(mark("change", BEGIN, condition), requests, mark("end", END, w -> {}));
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
