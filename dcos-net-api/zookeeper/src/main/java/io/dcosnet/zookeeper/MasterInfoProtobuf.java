// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Master;
import java.nio.charset.StandardCharsets;

/**
 * Reads the few fields that count of a {@code MasterInfo} in the wire form of Protocol Buffers, as
 * masters before Mesos 0.24 wrote it ({@code apache/mesos include/mesos/mesos.proto}). Other fields
 * are stepped over. <b>Confined to</b> one thread.
 */
final class MasterInfoProtobuf {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private static final int IP = 2;
  private static final int PORT = 3;
  private static final int HOSTNAME = 5;
  private static final int ADDRESS = 7;

  private static final int ADDRESS_HOSTNAME = 1;
  private static final int ADDRESS_IP = 2;
  private static final int ADDRESS_PORT = 3;

  private final byte[] data;
  private final MasterInfoFields fields = new MasterInfoFields();
  private int at;

  private MasterInfoProtobuf(byte[] data) {
    this.data = data;
  }

  static Master read(byte[] data) {
    MasterInfoProtobuf reader = new MasterInfoProtobuf(data);
    reader.masterInfo();
    return reader.fields.master();
  }

  private void masterInfo() {
    while (at < data.length) {
      long tag = varint();
      switch ((int) (tag >>> 3)) {
        case IP -> fields.ip = number(tag);
        case PORT -> fields.port = number(tag);
        case HOSTNAME -> fields.hostname = text(tag);
        case ADDRESS -> address(tag);
        default -> skip(tag);
      }
    }
  }

  private void address(long tag) {
    int end = lengthEnd(tag);
    while (at < end) {
      long inner = varint();
      switch ((int) (inner >>> 3)) {
        case ADDRESS_HOSTNAME -> fields.addressHostname = text(inner);
        case ADDRESS_IP -> fields.addressIp = text(inner);
        case ADDRESS_PORT -> fields.addressPort = number(inner);
        default -> skip(inner);
      }
    }
    if (at != end) {
      throw fault("a field that goes beyond its message");
    }
  }

  private long number(long tag) {
    require(tag, VARINT);
    return varint();
  }

  private String text(long tag) {
    int end = lengthEnd(tag);
    String text = new String(data, at, end - at, StandardCharsets.UTF_8);
    at = end;
    return text;
  }

  private int lengthEnd(long tag) {
    require(tag, LENGTH);
    long length = varint();
    if (length < 0 || length > data.length - at) {
      throw fault("a length of " + length + " beyond the end");
    }
    return at + (int) length;
  }

  private void skip(long tag) {
    switch ((int) (tag & 7)) {
      case VARINT -> varint();
      case FIXED64 -> step(8);
      case LENGTH -> at = lengthEnd(tag);
      case FIXED32 -> step(4);
      default -> throw fault("wire type " + (tag & 7));
    }
  }

  private void step(int octets) {
    if (octets > data.length - at) {
      throw fault("an end within a number");
    }
    at += octets;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == data.length) {
        throw fault("an end within a number");
      }
      byte next = data[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw fault("a number of more than ten octets");
  }

  private void require(long tag, int wireType) {
    if ((tag & 7) != wireType) {
      throw fault("wire type " + (tag & 7) + " for field " + (tag >>> 3));
    }
  }

  private DecodeException fault(String found) {
    return new DecodeException("master: " + found + " (expected: a MasterInfo)", at);
  }
}
