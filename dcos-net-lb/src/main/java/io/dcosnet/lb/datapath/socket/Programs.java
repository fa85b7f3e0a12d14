// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static io.dcosnet.linux.bpf.Register.FRAME;
import static io.dcosnet.linux.bpf.Register.R0;
import static io.dcosnet.linux.bpf.Register.R1;
import static io.dcosnet.linux.bpf.Register.R2;
import static io.dcosnet.linux.bpf.Register.R3;
import static io.dcosnet.linux.bpf.Register.R4;
import static io.dcosnet.linux.bpf.Register.R6;
import static io.dcosnet.linux.bpf.Register.R7;
import static io.dcosnet.linux.bpf.Register.R8;

import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.BpfAssembler;
import io.dcosnet.linux.bpf.BpfMap;
import io.dcosnet.linux.bpf.KernelFunction;
import io.dcosnet.linux.bpf.Register;

/**
 * The programs. Those that are asked before a connection or a datagram leaves look for a front end
 * and write a back end in its place; those that are asked afterwards write the front end back, so
 * that a client never sees a back end. All let pass what is not for a VIP.
 *
 * <p>Sockets of family IPv6 connect to IPv4 too, by mapped addresses; so what is asked for them has
 * a part for either.
 */
final class Programs {

  /** Fields of the context. */
  private static final int IPV4_ADDRESS = 4;

  private static final int IPV6_ADDRESS = 8;
  private static final int PORT = 24;
  private static final int PROTOCOL = 36;
  private static final int SOCKET = 64;

  private static final int MAPPED = 0xffff_0000;
  private static final int REFUSED = -111;

  /** How often a client looks again that found its slots gone, as the front end was turned over. */
  private static final int TRIES = 3;

  /** Places in the frame: a front end and behind it a back end; two keys by cookie; a slot. */
  private static final int PAIR = -40;

  private static final int CHOICE = -72;
  private static final int SENDER = -104;
  private static final int SLOT = -112;

  private final BpfAssembler code = new BpfAssembler();
  private final AttachPoint point;

  // Of the part that is being written.
  private FamilyMaps maps;
  private String part = "";
  private int address;
  private int end;

  private Programs(AttachPoint point, FamilyMaps maps) {
    this.point = point;
    this.maps = maps;
  }

  /** What is asked there. */
  static BpfAssembler at(AttachPoint point, FamilyMaps ipv4, FamilyMaps ipv6) {
    return new Programs(point, ipv4).write(ipv4, ipv6);
  }

  private BpfAssembler write(FamilyMaps ipv4, FamilyMaps ipv6) {
    code.move(R6, R1);
    switch (point) {
      case CONNECT4, SEND4, RECEIVE4, PEER4 -> part("ipv4", ipv4, IPV4_ADDRESS);
      case CONNECT6, SEND6, RECEIVE6, PEER6 -> {
        code.load32(R2, R6, IPV6_ADDRESS).jumpIfNotEqual32(R2, 0, "ipv6");
        code.load32(R2, R6, IPV6_ADDRESS + 4).jumpIfNotEqual32(R2, 0, "ipv6");
        code.load32(R2, R6, IPV6_ADDRESS + 8).jumpIfNotEqual32(R2, mapped(), "ipv6");
        part("ipv4", ipv4, IPV6_ADDRESS + 12);
        part("ipv6", ipv6, IPV6_ADDRESS);
      }
    }
    if (comesBefore()) {
      code.label("refuse").move(R1, REFUSED).call(KernelFunction.SET_RESULT);
      code.move(R0, 0).exit();
    }
    code.label("pass").move(R0, 1).exit();
    return code;
  }

  /** As this machine reads what stands in the address. */
  private static int mapped() {
    boolean big = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.BIG_ENDIAN;
    return big ? Integer.reverseBytes(MAPPED) : MAPPED;
  }

  private void part(String name, FamilyMaps family, int at) {
    part = name;
    maps = family;
    address = at;
    end = Octets.end(family.ipv4());
    code.label(part);
    if (comesBefore()) {
      redirect();
    } else {
      restore();
    }
  }

  private boolean comesBefore() {
    return switch (point) {
      case CONNECT4, CONNECT6, SEND4, SEND6 -> true;
      case RECEIVE4, RECEIVE6, PEER4, PEER6 -> false;
    };
  }

  // Before

  private void redirect() {
    boolean sends = point == AttachPoint.SEND4 || point == AttachPoint.SEND6;
    copyAddress(PAIR);
    // Some connect to no port, to learn by which address they would go.
    code.load32(R2, R6, PORT).jumpIfEqual(R2, 0, "pass");
    code.load32(R3, R6, PROTOCOL).jumpIfEqual(R3, Octets.TCP, here("known"));
    code.jumpIfNotEqual(R3, Octets.UDP, "pass").label(here("known"));
    code.shiftLeft(R3, 16).or(R2, R3).store32(FRAME, PAIR + end - 4, R2);
    for (int i = 0; i < TRIES; i++) {
      lookup(maps.vips(), PAIR).jumpIfEqual(R0, 0, here("unknown"));
      code.load32(R7, R0, 0).load32(R8, R0, 4).jumpIfEqual(R7, 0, "refuse");
      if (sends && i == 0) {
        keep();
      }
      code.call(KernelFunction.RANDOM).remainder32(R0, R7);
      code.store32(FRAME, SLOT, R8).store32(FRAME, SLOT + 4, R0);
      lookup(maps.slots(), SLOT).jumpIfNotEqual(R0, 0, here("chosen"));
    }
    code.jump("refuse");
    code.label(here("unknown")).store32(FRAME, PAIR + end - 4, 0);
    lookup(maps.vips(), PAIR).jumpIfEqual(R0, 0, "pass").jump("refuse");
    code.label(here("chosen")).move(R1, 1);
    code.addAtomically64(R0, Octets.countAt(maps.ipv4()), R1);
    copy(R0, 0, FRAME, PAIR + end, end);
    if (sends) {
      update(maps.choices(), CHOICE, PAIR + end);
      code.label(here("kept"));
      rememberSender();
    } else {
      rememberSocket();
      // The kernel does not list what UDP sockets hold, so that they are found by their cookies.
      code.load32(R3, R6, PROTOCOL).jumpIfNotEqual(R3, Octets.UDP, here("write"));
      cookie();
      code.store64(FRAME, SENDER, R0);
      rememberSender();
    }
    code.label(here("write"));
    for (int i = 0; i < end - 4; i += 4) {
      code.load32(R2, FRAME, PAIR + end + i).store32(R6, address + i, R2);
    }
    code.load32(R2, FRAME, PAIR + end + end - 4).store32(R6, PORT, R2).jump("pass");
  }

  /** A socket that has sent to this front end before goes on with its back end. */
  private void keep() {
    cookie();
    code.store64(FRAME, CHOICE, R0).store64(FRAME, SENDER, R0);
    copy(FRAME, PAIR, FRAME, CHOICE + 8, end);
    lookup(maps.choices(), CHOICE).jumpIfEqual(R0, 0, here("draw"));
    copy(R0, 0, FRAME, PAIR + end, end);
    lookup(maps.keepers(), PAIR).jumpIfNotEqual(R0, 0, here("kept"));
    code.label(here("draw"));
  }

  /** So that answers of the back end are shown as those of the front end. */
  private void rememberSender() {
    copy(FRAME, PAIR + end, FRAME, SENDER + 8, end);
    lookup(maps.senders(), SENDER).jumpIfEqual(R0, 0, here("sender"));
    for (int i = 0; i < end; i += 4) {
      code.load32(R1, R0, i).load32(R2, FRAME, PAIR + i).jumpIfNotEqual32(R1, R2, here("sender"));
    }
    code.jump(here("write")).label(here("sender"));
    update(maps.senders(), SENDER, PAIR);
  }

  /** Goes with the socket, so that it is known as long as that is open, and not longer. */
  private void rememberSocket() {
    socketStorage(1).jumpIfEqual(R0, 0, here("write"));
    copy(FRAME, PAIR, R0, 0, 2 * end);
  }

  // After

  private void restore() {
    copyAddress(PAIR + end);
    code.load32(R2, R6, PORT).store32(FRAME, PAIR + 2 * end - 4, R2);
    boolean receives = point == AttachPoint.RECEIVE4 || point == AttachPoint.RECEIVE6;
    String other = receives ? here("other") : "pass";
    socketStorage(0).jumpIfEqual(R0, 0, other);
    for (int i = end; i < 2 * end; i += 4) {
      code.load32(R1, R0, i).load32(R2, FRAME, PAIR + i).jumpIfNotEqual32(R1, R2, other);
    }
    code.label(here("found"));
    for (int i = 0; i < end - 4; i += 4) {
      code.load32(R2, R0, i).store32(R6, address + i, R2);
    }
    // The kernel has room for the port only.
    code.load32(R2, R0, end - 4).store32(R6, PORT, R2).jump("pass");
    if (receives) {
      code.label(other);
      cookie();
      code.store64(FRAME, SENDER, R0);
      copy(FRAME, PAIR + end, FRAME, SENDER + 8, end);
      lookup(maps.senders(), SENDER).jumpIfNotEqual(R0, 0, here("found")).jump("pass");
    }
  }

  // Words of both

  private String here(String label) {
    return part + "." + label;
  }

  private void copyAddress(int to) {
    copy(R6, address, FRAME, to, end - 4);
  }

  private void copy(Register from, int at, Register to, int place, int octets) {
    for (int i = 0; i < octets; i += 4) {
      code.load32(R2, from, at + i).store32(to, place + i, R2);
    }
  }

  private BpfAssembler lookup(BpfMap map, int key) {
    code.loadMap(R1, map).move(R2, FRAME).add(R2, key);
    return code.call(KernelFunction.MAP_LOOKUP);
  }

  private void update(BpfMap map, int key, int value) {
    code.loadMap(R1, map).move(R2, FRAME).add(R2, key).move(R3, FRAME).add(R3, value);
    code.move(R4, 0).call(KernelFunction.MAP_UPDATE);
  }

  private void cookie() {
    code.move(R1, R6).call(KernelFunction.SOCKET_COOKIE);
  }

  private BpfAssembler socketStorage(int create) {
    code.load64(R2, R6, SOCKET).loadMap(R1, maps.sockets()).move(R3, 0).move(R4, create);
    return code.call(KernelFunction.SOCKET_STORAGE);
  }
}
