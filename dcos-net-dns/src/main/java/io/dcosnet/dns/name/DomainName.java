// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.DecodeException;
import java.util.Arrays;

/**
 * A complete domain name in its wire form: labels of 1–63 octets, each behind its length, and the
 * root's zero at the end.
 *
 * <p>Octets are kept as they are; equality, hash and order ignore the case of ASCII letters (RFC
 * 4343). Order is that of RFC 4034 §6.1: from the root, label by label, so that a name sorts right
 * before what lies below it.
 *
 * <p><b>Immutable.</b>
 */
public final class DomainName implements Comparable<DomainName> {

  /** Longest label. */
  public static final int MAX_LABEL_OCTETS = 63;

  /** Longest name, lengths and the root's zero included; 253 characters of text. */
  public static final int MAX_WIRE_OCTETS = 255;

  /** The name above all others. */
  public static final DomainName ROOT = new DomainName(new byte[1]);

  private final byte[] wire;
  private final int hash;

  /** Takes over {@code wire}, which must be a valid name. */
  DomainName(byte[] wire) {
    this.wire = wire;
    this.hash = hash(wire, 0, wire.length);
  }

  /**
   * Reads master-file text (RFC 1035 §5.1) as an absolute name, with or without the final dot:
   * {@code \.} is a dot inside a label, {@code \DDD} an octet. Other characters stand for their
   * UTF-8 octets.
   *
   * @throws DecodeException with the position of the fault
   */
  public static DomainName parse(String text) {
    return new NameParser(text).parse();
  }

  /**
   * Copies a name out of a message.
   *
   * @throws DecodeException when the octets are not one complete uncompressed name
   */
  public static DomainName ofWire(byte[] octets, int offset, int length) {
    int at = 0;
    while (at < length && octets[offset + at] != 0) {
      int label = octets[offset + at] & 0xff;
      if (label > MAX_LABEL_OCTETS) {
        throw new DecodeException("name: label of " + label + " octets (expected: 1-63)", at);
      }
      at += label + 1;
    }
    if (at != length - 1 || length > MAX_WIRE_OCTETS) {
      throw new DecodeException(
          "name: " + length + " octets (expected: labels up to a zero octet, 255 at most)", at);
    }
    return length == 1 ? ROOT : new DomainName(Arrays.copyOfRange(octets, offset, offset + length));
  }

  /** What {@link #hashCode} gives for the name in these octets; makes no object. */
  public static int hash(byte[] octets, int offset, int length) {
    int sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum = sum * 31 + lower(octets[i]);
    }
    // Polynomials of similar names differ in their low bits only; tries want all bits mixed.
    sum = (sum ^ sum >>> 16) * 0x85ebca6b;
    sum = (sum ^ sum >>> 13) * 0xc2b2ae35;
    return sum ^ sum >>> 16;
  }

  /** The octet with the case of an ASCII letter lowered. */
  public static byte lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
  }

  /** Number of octets on the wire, 1–255. */
  public int wireLength() {
    return wire.length;
  }

  /**
   * One octet of the wire form.
   *
   * @param index 0 up to {@link #wireLength} - 1
   */
  public byte octet(int index) {
    return wire[index];
  }

  /** Writes the wire form, uncompressed. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(wire, 0, target, offset, wire.length);
  }

  /** A new array with the wire form. */
  public byte[] toWire() {
    return wire.clone();
  }

  /** True when the octets are this name, whatever their case. */
  public boolean isWire(byte[] octets, int offset, int length) {
    return length == wire.length && endsWith(octets, offset + length);
  }

  /** True when the octets are this name or one below it; they must be a valid name. */
  public boolean isAtOrAbove(byte[] octets, int offset, int length) {
    int at = 0;
    while (length - at > wire.length) {
      at += octets[offset + at] + 1; // compare from a label's start only
    }
    return length - at == wire.length && endsWith(octets, offset + length);
  }

  private boolean endsWith(byte[] octets, int end) {
    int start = end - wire.length;
    for (int i = wire.length - 1; i >= 0; i--) {
      byte one = octets[start + i];
      byte two = wire[i];
      if (one != two && lower(one) != lower(two)) {
        return false;
      }
    }
    return true;
  }

  /** Number of labels, 0 for the root. */
  public int labelCount() {
    int count = 0;
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      count++;
    }
    return count;
  }

  public boolean isRoot() {
    return wire.length == 1;
  }

  /**
   * The name without its first label.
   *
   * @throws IllegalStateException for the root
   */
  public DomainName parent() {
    if (isRoot()) {
      throw new IllegalStateException("the root has no parent");
    }
    int cut = wire[0] + 1;
    return cut == wire.length - 1
        ? ROOT
        : new DomainName(Arrays.copyOfRange(wire, cut, wire.length));
  }

  /** True for {@code ancestor} itself and every name below it. */
  public boolean isUnder(DomainName ancestor) {
    return ancestor.isAtOrAbove(wire, 0, wire.length);
  }

  /** This name with all ASCII letters in lower case. */
  public DomainName toLowerCase() {
    for (int i = 0; i < wire.length; i++) {
      if (lower(wire[i]) != wire[i]) {
        byte[] lowered = new byte[wire.length];
        for (int j = 0; j < wire.length; j++) {
          lowered[j] = lower(wire[j]);
        }
        return new DomainName(lowered);
      }
    }
    return this;
  }

  /**
   * The labels as UTF-8 text with a dot behind each, nothing escaped: for lists where names are
   * looked at, not parsed, as in Mesos-DNS' JSON.
   */
  public String toRawText() {
    if (isRoot()) {
      return ".";
    }
    byte[] text = new byte[wire.length - 1];
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      System.arraycopy(wire, at + 1, text, at, wire[at]);
      text[at + wire[at]] = '.';
    }
    return new String(text, UTF_8);
  }

  @Override
  public int compareTo(DomainName other) {
    int[] mine = labelStarts();
    int[] theirs = other.labelStarts();
    for (int i = 1; i <= Math.min(mine.length, theirs.length); i++) {
      int a = mine[mine.length - i];
      int b = theirs[theirs.length - i];
      int order = compareLabels(wire, a, other.wire, b);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(mine.length, theirs.length);
  }

  private int[] labelStarts() {
    int[] starts = new int[labelCount()];
    int at = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = at;
      at += wire[at] + 1;
    }
    return starts;
  }

  private static int compareLabels(byte[] one, int a, byte[] two, int b) {
    int common = Math.min(one[a], two[b]);
    for (int i = 1; i <= common; i++) {
      int order = (lower(one[a + i]) & 0xff) - (lower(two[b + i]) & 0xff);
      if (order != 0) {
        return order;
      }
    }
    return one[a] - two[b];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DomainName that
        && (this == that || (hash == that.hash && isWire(that.wire, 0, that.wire.length)));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Master-file text with the final dot; what has a meaning there or is not ASCII is escaped. */
  @Override
  public String toString() {
    if (isRoot()) {
      return ".";
    }
    StringBuilder text = new StringBuilder(wire.length + 8);
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      for (int i = at + 1; i <= at + wire[at]; i++) {
        escape(wire[i] & 0xff, text);
      }
      text.append('.');
    }
    return text.toString();
  }

  private static void escape(int octet, StringBuilder text) {
    boolean special = ".;\\()@\"$".indexOf(octet) >= 0;
    if (octet <= ' ' || octet >= 127) {
      text.append('\\').append((char) ('0' + octet / 100));
      text.append((char) ('0' + octet / 10 % 10)).append((char) ('0' + octet % 10));
    } else if (special) {
      text.append('\\').append((char) octet);
    } else {
      text.append((char) octet);
    }
  }
}
