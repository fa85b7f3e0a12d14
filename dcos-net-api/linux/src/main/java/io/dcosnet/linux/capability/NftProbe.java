// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.capability;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.nft.NftSocket;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks for a table with a chain that redirects, and for deleting another one that is not there.
 * Since all of it is done or nothing, nothing is; and which of them was refused tells what there
 * is.
 */
final class NftProbe {

  private static final int NEW_TABLE = 0x0a00;
  private static final int DELETE_TABLE = 0x0a02;
  private static final int NEW_CHAIN = 0x0a03;

  private static final int INET = 1;
  private static final int TABLE = 1;
  private static final int CHAIN_NAME = 3;
  private static final int HOOK = 4;
  private static final int TYPE = 7;
  private static final int HOOK_NUMBER = 1;
  private static final int HOOK_PRIORITY = 2;

  private static final int LOCAL_OUT = 3;
  private static final int BEFORE_ROUTING = -100;

  private static final String NAME = "dcosnet-probe";

  private static final int CHAIN_INDEX = 1;
  private static final int LAST_INDEX = 2;

  private NftProbe() {}

  static Capability run(Feature feature) {
    List<Request> requests =
        List.of(
            request("add table", NEW_TABLE, Message.CREATE, w -> w.text(TABLE, NAME)),
            request("add NAT chain", NEW_CHAIN, Message.CREATE, NftProbe::writeChain),
            request("delete table", DELETE_TABLE, 0, w -> w.text(TABLE, NAME + "-none")));
    try (NftSocket socket = NftSocket.open()) {
      for (Refusal refusal : socket.commit(requests)) {
        boolean atTheEnd = refusal.index() == LAST_INDEX && refusal.errno().equals(Errno.ENOENT);
        boolean onlyForNat = refusal.index() == CHAIN_INDEX && feature != Feature.NFTABLES_NAT;
        if (!atTheEnd && !onlyForNat) {
          return new Capability(
              feature, false, refusal.request().tried(), Probes.said(refusal.toException()));
        }
      }
      String tried = feature == Feature.NFTABLES ? "add table" : "add NAT chain";
      return new Capability(feature, true, tried, "taken, and withdrawn");
    }
  }

  private static Request request(
      String verb, int type, int flags, Consumer<PayloadWriter> attributes) {
    return Request.of(
        verb,
        NAME,
        type,
        flags,
        writer -> {
          writer.u8(INET).u8(0).big16(0);
          attributes.accept(writer);
        });
  }

  private static void writeChain(PayloadWriter writer) {
    writer.text(TABLE, NAME).text(CHAIN_NAME, "out");
    writer.nested(
        HOOK, hook -> hook.big32(HOOK_NUMBER, LOCAL_OUT).big32(HOOK_PRIORITY, BEFORE_ROUTING));
    writer.text(TYPE, "nat");
  }
}
