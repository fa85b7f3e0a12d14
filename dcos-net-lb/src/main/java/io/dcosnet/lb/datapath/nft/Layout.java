// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.balance.HashSlots;
import io.dcosnet.lb.balance.MaglevTable;
import io.dcosnet.lb.datapath.kernel.Slots;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.nft.NftElement;
import io.dcosnet.linux.nft.NftFields;
import io.dcosnet.linux.nft.NftVerdict;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Which elements stand for a service: one for each slot, and one that sends its packets to the
 * chain for so many slots. <b>Pure.</b>
 *
 * <p>So a back end that is replaced costs an element, and one more or less costs that and the chain
 * of the service; rules and chains stay as they are, and are as many as there are different numbers
 * of slots, however many services there are.
 */
final class Layout {

  /** Weights are true to a hundredth, and a service costs no more than that many elements. */
  static final int MOST_SLOTS = 100;

  /** Above so many back ends, the small table of a consistent hash gives some of them too few. */
  static final int MOST_IN_SMALL_HASH = 300;

  private static final int TCP = 6;

  /** Octets of a slot in front of what a service is known by. */
  private static final int SLOT = 4;

  /** Octets of the protocol and the port, each filled up to four. */
  private static final int AFTER_ADDRESS = 8;

  private Layout() {}

  /**
   * A service as it goes into the kernel.
   *
   * @param slots where its connections go, by lot or by a hash; empty when they are refused
   * @param hashed whether the slot comes from the address of the client
   */
  record Placing(Frontend frontend, List<HostPort> slots, boolean hashed) {

    /** The chain that draws a slot. */
    Chain chain() {
      return new Chain(frontend.endpoint().address().isIpv4(), hashed, slots.size());
    }

    /** Adds all elements but the address, which other services may have too. */
    void addTo(Contents contents) {
      boolean ipv4 = frontend.endpoint().address().isIpv4();
      for (int slot = 0; slot < slots.size(); slot++) {
        Bytes key = key(new NftFields().index(slot), frontend);
        HostPort to = slots.get(slot);
        Bytes value = new NftFields().address(to.address()).port(to.port()).toBytes();
        contents.put(Part.backends(ipv4), NftElement.of(key, value));
      }
      if (!slots.isEmpty()) {
        contents.put(
            Part.vips(ipv4), NftElement.of(vip(frontend), NftVerdict.goTo(chain().name())));
      }
    }
  }

  /** Where the connections of a service go. Targets of another family cannot be among them. */
  static Placing place(Service service) {
    boolean ipv4 = service.frontend().endpoint().address().isIpv4();
    List<Target> targets =
        service.targets().stream()
            .filter(target -> target.endpoint().address().isIpv4() == ipv4)
            .toList();
    boolean hashed =
        service.options().policy() == Policy.MAGLEV || !service.options().affinity().isZero();
    List<HostPort> slots =
        hashed ? HashSlots.of(targets, hashSize(targets)) : Slots.of(targets, MOST_SLOTS);
    return new Placing(service.frontend(), slots, hashed);
  }

  private static int hashSize(List<Target> targets) {
    return targets.size() > MOST_IN_SMALL_HASH
        ? MaglevTable.USER_SPACE_SIZE
        : MaglevTable.KERNEL_SIZE;
  }

  /** The key of a service among those that are served. */
  static Bytes vip(Frontend frontend) {
    return key(new NftFields(), frontend);
  }

  private static Bytes key(NftFields fields, Frontend frontend) {
    HostPort endpoint = frontend.endpoint();
    return fields
        .address(endpoint.address())
        .protocol(frontend.protocol())
        .port(endpoint.port())
        .toBytes();
  }

  static NftElement address(IpAddress address) {
    return NftElement.of(new NftFields().address(address).toBytes());
  }

  /** The service that a key of {@link #vip} is of. */
  static Frontend frontend(Bytes key) {
    return frontend(key.toByteBuffer());
  }

  private static Frontend frontend(ByteBuffer key) {
    byte[] address = new byte[key.remaining() - AFTER_ADDRESS];
    key.get(address);
    Protocol protocol = key.getInt() >>> 24 == TCP ? Protocol.TCP : Protocol.UDP;
    int port = key.getShort() & 0xffff;
    return new Frontend(protocol, new HostPort(IpAddress.ofBytes(address), port));
  }

  /** Whose an element of a part is, by its key. */
  static Owner owner(Part part, Bytes key) {
    if (part.isBackends()) {
      return Owner.of(frontend(key.toByteBuffer().position(SLOT)));
    }
    return part.isVips() ? Owner.of(frontend(key)) : Owner.of(IpAddress.ofBytes(key.toArray()));
  }
}
