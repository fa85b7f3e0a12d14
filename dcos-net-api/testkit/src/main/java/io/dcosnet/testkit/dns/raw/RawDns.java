// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * Writes a message octet by octet, faults included: counts may lie, any octets may follow.
 *
 * <pre>{@code
 * byte[] query = RawDns.query(RawName.of("www.example.org."), Codes.TYPE_A).opt(1232).octets();
 * }</pre>
 *
 * <p>Records stand in the order in which they are added. <b>Confined to</b> one thread.
 */
public final class RawDns {

  /** Sections of a message. */
  public enum Section {
    QUESTION(0),
    ANSWER(1),
    AUTHORITY(2),
    ADDITIONAL(3);

    /** Which of the four counts in the header is its. */
    final int index;

    Section(int index) {
      this.index = index;
    }
  }

  /** Id of a message that was given none. */
  public static final int DEFAULT_ID = 0x4d2a;

  private static final int OPT_TTL_VERSION_SHIFT = 16;

  private final int[] counts = new int[4];
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private int id = DEFAULT_ID;
  private int flags;

  private RawDns() {}

  /** A message with nothing but a header. */
  public static RawDns message() {
    return new RawDns();
  }

  /** A query in class IN, without RD. */
  public static RawDns query(RawName name, int type) {
    return message().question(name, type, Codes.CLASS_IN);
  }

  /** A response to that message, with its id, opcode, RD and question. */
  public static RawDns response(RawMessage query) {
    RawDns response = message().id(query.id());
    response.flags = Codes.QR | (query.flags() & (0x7800 | Codes.RD));
    if (query.hasQuestion()) {
      response.question(query.questionName(), query.questionType(), query.questionClass());
    }
    return response;
  }

  public RawDns id(int number) {
    id = number;
    return this;
  }

  /** Sets bits of the second word, see {@link Codes}. */
  public RawDns flags(int bits) {
    flags |= bits;
    return this;
  }

  public RawDns opcode(int opcode) {
    flags = (flags & ~0x7800) | opcode << 11;
    return this;
  }

  public RawDns rcode(int code) {
    flags = (flags & ~15) | (code & 15);
    return this;
  }

  public RawDns question(RawName name, int type, int questionClass) {
    return question(name.octets(), type, questionClass);
  }

  /** As {@link #question(RawName, int, int)} with any octets for the name. */
  public RawDns question(byte[] name, int type, int questionClass) {
    body.writeBytes(requireNonNull(name, "name"));
    put16(type);
    put16(questionClass);
    counts[Section.QUESTION.index]++;
    return this;
  }

  /** Adds a record with any octets for owner and data. */
  public RawDns record(
      Section section, byte[] owner, int type, int recordClass, int ttl, byte[] data) {
    body.writeBytes(owner);
    put16(type);
    put16(recordClass);
    put32(ttl);
    put16(data.length);
    body.writeBytes(data);
    counts[section.index]++;
    return this;
  }

  /** Adds a record of class IN to the answer section. */
  public RawDns answer(RawName owner, int type, int ttl, byte... data) {
    return record(Section.ANSWER, owner.octets(), type, Codes.CLASS_IN, ttl, data);
  }

  /** Adds an OPT record of version 0 without flags and options. */
  public RawDns opt(int payloadOctets) {
    return opt(payloadOctets, 0, 0);
  }

  /**
   * Adds an OPT record.
   *
   * @param ednsFlags 0x8000 is DO
   * @param options each as {@link #option} makes it
   */
  public RawDns opt(int payloadOctets, int version, int ednsFlags, byte[]... options) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (byte[] option : options) {
      data.writeBytes(option);
    }
    int ttl = version << OPT_TTL_VERSION_SHIFT | ednsFlags;
    return record(
        Section.ADDITIONAL, new byte[1], Codes.TYPE_OPT, payloadOctets, ttl, data.toByteArray());
  }

  /** An EDNS option with its header. */
  public static byte[] option(int code, byte... data) {
    byte[] option = new byte[data.length + 4];
    option[0] = (byte) (code >>> 8);
    option[1] = (byte) code;
    option[2] = (byte) (data.length >>> 8);
    option[3] = (byte) data.length;
    System.arraycopy(data, 0, option, 4, data.length);
    return option;
  }

  /** Adds octets that no count knows of. */
  public RawDns raw(byte... octets) {
    body.writeBytes(octets);
    return this;
  }

  /** As {@link #raw(byte...)}, such as {@code "c00c 0001"}. */
  public RawDns raw(String hex) {
    return raw(hex(hex));
  }

  /** Makes the count of a section lie. */
  public RawDns count(Section section, int count) {
    counts[section.index] = count;
    return this;
  }

  /** The whole message. */
  public byte[] octets() {
    byte[] rest = body.toByteArray();
    byte[] message = new byte[rest.length + 12];
    int[] words = {id, flags, counts[0], counts[1], counts[2], counts[3]};
    for (int i = 0; i < words.length; i++) {
      message[2 * i] = (byte) (words[i] >>> 8);
      message[2 * i + 1] = (byte) words[i];
    }
    System.arraycopy(rest, 0, message, 12, rest.length);
    return message;
  }

  /** Octets of a text such as {@code "c00c 0001"}. */
  public static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private void put16(int value) {
    body.write(value >>> 8);
    body.write(value);
  }

  private void put32(int value) {
    put16(value >>> 16);
    put16(value);
  }
}
