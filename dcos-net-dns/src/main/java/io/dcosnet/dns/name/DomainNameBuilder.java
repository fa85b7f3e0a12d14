// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts names together from text that may turn out not to be a name: pieces of labels and dots, then
 * perhaps a suffix that is known to be good. Made for generators that build many names; a builder
 * is used again after {@link #clear}.
 *
 * <p>Unlike {@link DomainName#parse} it knows no escapes: a backslash is a backslash, a dot always
 * separates labels, everything else stands for its UTF-8 octets.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class DomainNameBuilder {

  /** Why text is no name. */
  public enum Fault {
    EMPTY_LABEL,
    LABEL_TOO_LONG,
    NAME_TOO_LONG
  }

  // Room for a full name and one label too much; what goes beyond is counted as a fault.
  private final byte[] wire = new byte[DomainName.MAX_WIRE_OCTETS + 2];
  private int labelStart;
  private int end = 1;
  private @Nullable Fault fault;

  /** An empty builder. */
  public DomainNameBuilder() {}

  /** Forgets everything, to build the next name. */
  public DomainNameBuilder clear() {
    labelStart = 0;
    end = 1;
    fault = null;
    return this;
  }

  /** Adds characters to the present label; each dot ends it and begins the next one. */
  public DomainNameBuilder append(String text) {
    for (int i = 0; i < text.length() && fault == null; i++) {
      char c = text.charAt(i);
      if (c >= 128) {
        appendOctets(text.substring(i));
        return this;
      }
      add((byte) c);
    }
    return this;
  }

  private void appendOctets(String text) {
    // A name has at most 255 octets, so what is behind that many characters is not looked at.
    int enough = Math.min(text.length(), DomainName.MAX_WIRE_OCTETS + 1);
    for (byte octet : Utf8.encode(text.substring(0, enough))) {
      add(octet);
    }
  }

  private void add(byte octet) {
    if (fault != null) {
      return;
    }
    if (octet == '.') {
      endLabel();
    } else if (end - labelStart > DomainName.MAX_LABEL_OCTETS) {
      fault = Fault.LABEL_TOO_LONG;
    } else if (end >= DomainName.MAX_WIRE_OCTETS) {
      fault = Fault.NAME_TOO_LONG;
    } else {
      wire[end++] = octet;
    }
  }

  private void endLabel() {
    int length = end - labelStart - 1;
    if (length == 0) {
      fault = Fault.EMPTY_LABEL;
    } else {
      wire[labelStart] = (byte) length;
      labelStart = end++;
    }
  }

  /**
   * Ends the present label and gives the name with {@code suffix} behind it, in lower case if so
   * wanted.
   *
   * @return null when this is no name; {@link #fault} says why
   */
  public @Nullable DomainName build(DomainName suffix, boolean lowerCase) {
    if (fault == null) {
      endLabel();
    }
    if (fault != null) {
      return null;
    }
    int length = labelStart + suffix.wireLength();
    if (length > DomainName.MAX_WIRE_OCTETS) {
      fault = Fault.NAME_TOO_LONG;
      return null;
    }
    byte[] name = Arrays.copyOf(wire, length);
    suffix.copyTo(name, labelStart);
    if (lowerCase) {
      for (int i = 0; i < length; i++) {
        name[i] = DomainName.lower(name[i]);
      }
    }
    return new DomainName(name);
  }

  /** Why the last {@link #build} gave nothing; null when all is well. */
  public @Nullable Fault fault() {
    return fault;
  }
}
