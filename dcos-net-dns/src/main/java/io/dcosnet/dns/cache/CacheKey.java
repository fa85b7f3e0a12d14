// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.name.DomainName;

/**
 * What a kept answer answers: a name, a type, and what else changes the answer. One that is in the
 * store never changes; a worker has one of its own to search with, which it aims at one question
 * after the other. <b>Confined to</b> one thread until it is stored.
 */
final class CacheKey {

  /** In the place of a type: the name does not exist, whatever is asked for. */
  static final int WHOLE_NAME = 0;

  /** The answer was made for a client that wants signatures (DO). */
  static final int DNSSEC_OK = 1;

  /** The answer was made for a client that checks signatures itself (CD). */
  static final int CHECKING_DISABLED = 2;

  /** Not an answer but that there is none. */
  static final int FAILURE = 4;

  /** All combinations of DO and CD are below. */
  static final int CLIENT_FLAGS = 4;

  private byte[] octets;
  private int start;
  private int length;
  private long nameHash;
  private int type;
  private int flags;
  private int hash;

  CacheKey() {
    octets = new byte[1];
    length = 1;
  }

  /** A key of its own for a whole name; the octets are kept. */
  CacheKey(long nameHash, byte[] lowered, int length, int type, int flags) {
    this.octets = lowered;
    this.length = length;
    this.nameHash = nameHash;
    aim(type, flags);
  }

  static int flags(boolean dnssecOk, boolean checkingDisabled) {
    return (dnssecOk ? DNSSEC_OK : 0) | (checkingDisabled ? CHECKING_DISABLED : 0);
  }

  /** Aims at the name in these octets, which must not change while the key is in use. */
  void name(long hashOfName, byte[] newOctets, int newStart, int newLength) {
    nameHash = hashOfName;
    octets = newOctets;
    start = newStart;
    length = newLength;
  }

  /** Aims at another type and other flags of the same name. */
  void aim(int newType, int newFlags) {
    type = newType;
    flags = newFlags;
    hash = (int) slot(nameHash, newType, newFlags);
  }

  /** A hash of the whole question, of which all bits are good. */
  static long slot(long nameHash, int type, int flags) {
    return NameOctets.mix(nameHash, (long) type << 3 | flags);
  }

  /** A key that can be stored, for this name in lower case. */
  CacheKey stored() {
    byte[] lowered = new byte[length];
    for (int i = 0; i < length; i++) {
      lowered[i] = DomainName.lower(octets[start + i]);
    }
    return new CacheKey(nameHash, lowered, length, type, flags);
  }

  long nameHash() {
    return nameHash;
  }

  int nameLength() {
    return length;
  }

  int type() {
    return type;
  }

  int flags() {
    return flags;
  }

  DomainName toName() {
    return DomainName.ofWire(octets, start, length);
  }

  @Override
  public boolean equals(Object other) {
    // The map asks the key that is searched, or stored anew, about the one that it has: which is in
    // lower case and begins at 0.
    return other instanceof CacheKey that
        && nameHash == that.nameHash
        && type == that.type
        && flags == that.flags
        && length == that.length
        && NameOctets.equal(octets, start, that.octets, length);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
