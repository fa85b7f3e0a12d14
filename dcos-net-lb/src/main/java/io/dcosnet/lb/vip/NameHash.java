// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.IpAddress;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** How a name is turned into the first address that it would like to have. */
public enum NameHash {

  /**
   * As DC/OS: Erlang's {@code phash2} for IPv4, SHA-1 for IPv6 ({@code dcos/dcos-net
   * dcos_l4lb_mgr.erl}), so that a cluster that moves over keeps its addresses.
   */
  DCOS {
    @Override
    IpAddress start(byte[] name, AddressRange range) {
      if (range.first().isIpv4()) {
        return range.at(BigInteger.valueOf(phash2(name)).mod(range.modulus()));
      }
      try {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(name);
        return range.at(new BigInteger(1, digest).mod(range.modulus()));
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has SHA-1", e);
      }
    }
  },

  /** FNV-1a of 64 bits for both families; for clusters that never were DC/OS. */
  FNV {
    @Override
    IpAddress start(byte[] name, AddressRange range) {
      BigInteger unsigned = new BigInteger(Long.toUnsignedString(fnv1a(name)));
      return range.at(unsigned.mod(range.modulus()));
    }
  };

  private static final int GOLDEN_RATIO = 0x9e3779b9;
  private static final int THIRTEEN_TIMES = 0x08d12e65; // as much, modulo 2^32

  /** The address that {@code name} starts its search at. */
  IpAddress start(String name, AddressRange range) {
    return start(name.getBytes(UTF_8), range);
  }

  abstract IpAddress start(byte[] name, AddressRange range);

  static long fnv1a(byte[] bytes) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * Erlang's {@code phash2} of a binary, before it is reduced to a range: the hash that Bob Jenkins
   * published in 1996, with start values of its own.
   */
  static long phash2(byte[] bytes) {
    int[] abc = {GOLDEN_RATIO, GOLDEN_RATIO, THIRTEEN_TIMES};
    int at = 0;
    for (; bytes.length - at >= 12; at += 12) {
      for (int word = 0; word < 3; word++) {
        abc[word] += littleEndian(bytes, at + 4 * word, 4);
      }
      mix(abc);
    }
    int rest = bytes.length - at;
    abc[2] += bytes.length;
    abc[0] += littleEndian(bytes, at, Math.min(rest, 4));
    abc[1] += littleEndian(bytes, at + 4, Math.min(rest - 4, 4));
    abc[2] += littleEndian(bytes, at + 8, rest - 8) << 8; // the length has the lowest byte
    mix(abc);
    return abc[2] & 0xffff_ffffL;
  }

  private static int littleEndian(byte[] bytes, int from, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[from + i] & 0xff) << (8 * i);
    }
    return value;
  }

  private static void mix(int[] abc) {
    int a = abc[0];
    int b = abc[1];
    int c = abc[2];
    a = (a - b - c) ^ (c >>> 13);
    b = (b - c - a) ^ (a << 8);
    c = (c - a - b) ^ (b >>> 13);
    a = (a - b - c) ^ (c >>> 12);
    b = (b - c - a) ^ (a << 16);
    c = (c - a - b) ^ (b >>> 5);
    a = (a - b - c) ^ (c >>> 3);
    b = (b - c - a) ^ (a << 10);
    c = (c - a - b) ^ (b >>> 15);
    abc[0] = a;
    abc[1] = b;
    abc[2] = c;
  }
}
