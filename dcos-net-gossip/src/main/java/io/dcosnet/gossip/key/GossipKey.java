// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * A key of a cluster. <b>Immutable.</b>
 *
 * @param id 1 to 255, chosen by the operator
 * @param secret 32 random octets
 */
public record GossipKey(int id, Bytes secret) {

  /** Octets of a key. */
  public static final int OCTETS = 32;

  public GossipKey {
    requireNonNull(secret, "secret");
    if (id < 1 || id > 255) {
      throw new IllegalArgumentException("key id: " + id + " (expected: 1 to 255)");
    }
    if (secret.size() != OCTETS) {
      throw new IllegalArgumentException(
          "key %d: %d octets (expected: %d)".formatted(id, secret.size(), OCTETS));
    }
  }

  /**
   * A new key.
   *
   * @param random fit for keys, such as {@link java.security.SecureRandom}
   */
  public static GossipKey generate(int id, RandomGenerator random) {
    byte[] octets = new byte[OCTETS];
    random.nextBytes(octets);
    return new GossipKey(id, Bytes.copyOf(octets));
  }

  /**
   * Reads what {@link #text} writes. The id may be missing and is 1 then.
   *
   * @throws DecodeException when the text is no key; its message does not show the text
   */
  public static GossipKey parse(String text) {
    String line = text.strip();
    int colon = line.indexOf(':');
    int id = 1;
    if (colon >= 0) {
      String digits = line.substring(0, colon);
      id = digits.matches("[1-9][0-9]{0,2}") ? Integer.parseInt(digits) : 0;
      if (id < 1 || id > 255) {
        throw new DecodeException("key: id (expected: 1 to 255 before the colon)", 0);
      }
    }
    byte[] octets;
    try {
      octets = Base64.getDecoder().decode(line.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      throw new DecodeException(
          "key: no base64 (expected: 32 octets in base64, or ID: and these)", colon + 1);
    }
    if (octets.length != OCTETS) {
      throw new DecodeException(
          "key: %d octets in base64 (expected: %d)".formatted(octets.length, OCTETS), colon + 1);
    }
    return new GossipKey(id, Bytes.copyOf(octets));
  }

  /**
   * Reads a key from a file of one line as {@link #parse} takes it; lines that begin with {@code #}
   * are skipped.
   *
   * @throws io.dcosnet.api.DcosNetException when the file cannot be read, holds no key, or can be
   *     read by others than its owner
   */
  public static GossipKey read(Path file) {
    return KeyFiles.readKey(file);
  }

  /**
   * Makes a file with this key that only its owner can read.
   *
   * @throws io.dcosnet.api.DcosNetException when the disk fails, or when there is such a file
   */
  public void write(Path file) {
    KeyFiles.createKey(file, this);
  }

  /** The key with its secret, {@code ID:base64}; for files of operators. */
  public String text() {
    return id + ":" + Base64.getEncoder().encodeToString(secret.toArray());
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "key " + id;
  }
}
