// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * A name as it stands in a message, without compression; tests may make ones that are too long.
 * <b>Immutable.</b>
 */
public final class RawName {

  /** The name of the root. */
  public static final RawName ROOT = new RawName(new byte[1]);

  private final byte[] octets;

  private RawName(byte[] octets) {
    this.octets = octets;
  }

  /** Reads {@code www.example.org.}; the final dot may be left out, {@code \065} is an octet. */
  public static RawName of(String text) {
    RawName name = ROOT;
    String[] labels = text.equals(".") ? new String[0] : text.split("\\.", -1);
    for (int i = labels.length - 1; i >= 0; i--) {
      boolean finalDot = i == labels.length - 1 && labels[i].isEmpty();
      if (!finalDot) {
        name = name.below(unescaped(labels[i]));
      }
    }
    return name;
  }

  /** A name with these octets, whatever they are. */
  public static RawName ofOctets(byte... octets) {
    return new RawName(octets.clone());
  }

  private static byte[] unescaped(String label) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] text = label.getBytes(ISO_8859_1);
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\\') {
        out.write(Integer.parseInt(label.substring(i + 1, i + 4)));
        i += 3;
      } else {
        out.write(text[i]);
      }
    }
    return out.toByteArray();
  }

  /** This name with one more label before it, at most 63 octets. */
  public RawName below(String label) {
    return below(label.getBytes(ISO_8859_1));
  }

  /** As {@link #below(String)}. */
  public RawName below(byte[] label) {
    if (label.length < 1 || label.length > 63) {
      throw new IllegalArgumentException("label: " + label.length + " octets (expected: 1-63)");
    }
    byte[] longer = new byte[octets.length + label.length + 1];
    longer[0] = (byte) label.length;
    System.arraycopy(label, 0, longer, 1, label.length);
    System.arraycopy(octets, 0, longer, label.length + 1, octets.length);
    return new RawName(longer);
  }

  /** A name below this one that has exactly so many octets in all. */
  public RawName filledUpTo(int length) {
    RawName name = this;
    while (length - name.octets.length > 64) {
      int missing = length - name.octets.length;
      name = name.below("x".repeat(Math.min(63, missing - 3)));
    }
    return name.octets.length == length
        ? name
        : name.below("y".repeat(length - name.octets.length - 1));
  }

  /** This name with every other letter in the other case. */
  public RawName withMixedCase() {
    byte[] mixed = octets.clone();
    for (int i = 0; i < mixed.length; i += 2) {
      boolean letter = (mixed[i] | 0x20) >= 'a' && (mixed[i] | 0x20) <= 'z';
      mixed[i] ^= (byte) (letter ? 0x20 : 0);
    }
    return new RawName(mixed);
  }

  /** Octets of the name, a copy. */
  public byte[] octets() {
    return octets.clone();
  }

  public int length() {
    return octets.length;
  }

  /** True when both are the same name for DNS, which ignores the case of ASCII letters. */
  public boolean isSameAs(RawName other) {
    return requireNonNull(other, "other").lower().equals(lower());
  }

  private String lower() {
    return new String(octets, ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  /** True when the octets are the same, case included. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RawName that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    if (octets.length == 1) {
      return ".";
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < octets.length && octets[at] != 0) {
      int end = Math.min(octets.length, at + 1 + (octets[at] & 0xff));
      for (at++; at < end; at++) {
        int octet = octets[at] & 0xff;
        boolean plain = octet > ' ' && octet < 127 && octet != '.' && octet != '\\';
        text.append(plain ? "" + (char) octet : String.format("\\%03d", octet));
      }
      text.append('.');
    }
    return text.toString();
  }
}
