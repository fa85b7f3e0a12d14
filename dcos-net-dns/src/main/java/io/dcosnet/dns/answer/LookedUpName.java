// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Alias;
import io.dcosnet.dns.zone.Aliases;
import org.jspecify.annotations.Nullable;

/**
 * A name in its two forms: as the response shows it, and as zones have it. They differ when an
 * alias covers it. One object is used for one name after the other. <b>Confined to</b> one thread.
 */
final class LookedUpName {

  /** What {@link #shown(int)} gives for what the response does not show. */
  static final int NOT_SHOWN = -1;

  private final Aliases aliases;
  private final byte[] rewritten = new byte[DomainName.MAX_WIRE_OCTETS];

  private byte[] octets = rewritten;
  private int start;
  private int length;
  private int shown;
  private int shownEnd;
  private boolean tooLong;
  private @Nullable Alias alias;

  LookedUpName(Aliases aliases) {
    this.aliases = aliases;
  }

  /**
   * Takes a name.
   *
   * @param message holds it, and must not change while it is in use
   * @param shownAt where it stands in the response
   */
  void set(byte[] message, int offset, int nameLength, int shownAt) {
    alias = aliases.match(message, offset, nameLength);
    shown = shownAt;
    shownEnd = shownAt + nameLength;
    tooLong = false;
    octets = message;
    start = offset;
    length = nameLength;
    if (alias != null) {
      rewrite(alias);
    }
  }

  /** No zone can have a name that is too long; what it ends in tells which zone denies it. */
  private void rewrite(Alias covering) {
    int size = covering.toInternal(octets, start, length, rewritten, 0);
    while (size == Alias.TOO_LONG) {
      tooLong = true;
      int label = octets[start] + 1;
      start += label;
      length -= label;
      size = covering.toInternal(octets, start, length, rewritten, 0);
    }
    octets = rewritten;
    start = 0;
    length = size;
  }

  /** Holds the name as zones have it, from {@link #start}. */
  byte[] octets() {
    return octets;
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  /** True when zones cannot have it: then {@link #octets} hold the end of the name only. */
  boolean isTooLong() {
    return tooLong;
  }

  /** Null when both forms are the same. */
  @Nullable Alias alias() {
    return alias;
  }

  /** Where the whole name stands in the response. */
  int shown() {
    return shown;
  }

  /**
   * Where the name above it, which has this length in zones, stands in the response; {@link
   * #NOT_SHOWN} when it lies above what the alias exchanges.
   */
  int shown(int ancestorLength) {
    if (alias == null) {
      return shownEnd - ancestorLength;
    }
    int kept = ancestorLength - alias.internal().wireLength();
    return kept < 0 ? NOT_SHOWN : shownEnd - alias.asked().wireLength() - kept;
  }
}
