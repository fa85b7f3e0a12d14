// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.stream.Collectors.joining;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.nft.Difference.Change;
import io.dcosnet.linux.nft.NftElement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes as nft has them for people. <b>Pure.</b> */
final class Words {

  private static final int TCP = 6;

  private Words() {}

  /** A command for each element. */
  static List<String> commands(List<Change> changes) {
    List<String> commands = new ArrayList<>();
    for (Change change : changes) {
      String begin =
          (change.add() ? "add" : "delete")
              + " element inet "
              + change.part().set().table()
              + " "
              + change.part().set().name();
      for (NftElement element : change.elements()) {
        String key = key(change.part(), element.key().toByteBuffer());
        String to = change.add() ? to(change.part(), element) : "";
        commands.add(begin + " { " + key + to + " }");
      }
    }
    return commands;
  }

  /** Commands that add all of these, one for each part; nft takes its time over many. */
  static String load(Contents contents) {
    StringBuilder text = new StringBuilder();
    for (Part part : Part.values()) {
      Map<Bytes, NftElement> elements = contents.of(part);
      if (!elements.isEmpty()) {
        text.append("add element inet ").append(part.set().table()).append(' ');
        text.append(part.set().name()).append(" { ");
        text.append(
            elements.values().stream()
                .map(each -> key(part, each.key().toByteBuffer()) + to(part, each))
                .collect(joining(", ")));
        text.append(" }\n");
      }
    }
    return text.toString();
  }

  private static String key(Part part, ByteBuffer key) {
    StringBuilder words = new StringBuilder();
    if (part.isBackends()) {
      words.append(key.order(ByteOrder.nativeOrder()).getInt()).append(" . ");
      key.order(ByteOrder.BIG_ENDIAN);
    }
    words.append(address(part, key));
    if (part.isBackends() || part.isVips()) {
      int protocol = key.get();
      key.position(key.position() + 3);
      words.append(protocol == TCP ? " . tcp . " : " . udp . ").append(key.getShort() & 0xffff);
    }
    return words.toString();
  }

  private static String to(Part part, NftElement element) {
    return element
        .value()
        .map(
            value -> {
              ByteBuffer octets = value.toByteBuffer();
              return " : " + address(part, octets) + " . " + (octets.getShort() & 0xffff);
            })
        .or(() -> element.verdict().map(verdict -> " : goto " + verdict.chain()))
        .orElse("");
  }

  private static IpAddress address(Part part, ByteBuffer octets) {
    byte[] address = new byte[part.isIpv4() ? 4 : 16];
    octets.get(address);
    return IpAddress.ofBytes(address);
  }
}
