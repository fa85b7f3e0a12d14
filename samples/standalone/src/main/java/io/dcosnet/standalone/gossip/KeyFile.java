// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.key.GossipKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Keys of a cluster as text, {@code ID:BASE64}. */
public final class KeyFile {

  /** What a good one looks like. */
  public static final String FORM = "a file with a line ID:BASE64 of 32 octets, as gossip key makes";

  private KeyFile() {}

  /**
   * Reads a file with one key.
   *
   * @throws IllegalArgumentException that shows nothing of the key
   */
  public static GossipKey read(Path file) {
    try {
      return parse(Files.readString(file).strip());
    } catch (IOException e) {
      throw new IllegalArgumentException(file.toString(), e);
    }
  }

  /** Reads the text of a key; without an id it is 1. */
  public static GossipKey parse(String text) {
    int colon = text.indexOf(':');
    int id = colon < 0 ? 1 : Integer.parseInt(text.substring(0, colon));
    return new GossipKey(id, Bytes.copyOf(Base64.getDecoder().decode(text.substring(colon + 1))));
  }

  /** The text of a key. */
  public static String write(GossipKey key) {
    return key.id() + ":" + Base64.getEncoder().encodeToString(key.secret().toArray());
  }
}
