// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a node keeps its key ring: a line that says what the file is, the state in base64, and a
 * check sum. Only the owner reads it; it changes as a whole. <b>Not thread-safe.</b>
 */
final class KeyRingFile {

  private static final String TITLE = "dcos-net gossip key ring, version 1";

  private final Path file;

  KeyRingFile(Path file) {
    this.file = file;
  }

  /** The state that was written last; empty when there is no file. */
  Optional<RingState> load() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = KeyFiles.read(file).lines().toList();
    if (lines.size() != 3 || !lines.get(0).equals(TITLE)) {
      throw damaged("no key ring of this version", null);
    }
    if (!lines.get(2).equals(sum(lines.get(1)))) {
      throw damaged("check sum", null);
    }
    try {
      Bytes state = Bytes.copyOf(Base64.getDecoder().decode(lines.get(1)));
      return Optional.of(RingCodec.decode(state));
    } catch (DecodeException | IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    }
  }

  void save(RingState state) {
    String octets = Base64.getEncoder().encodeToString(RingCodec.encode(state).toArray());
    KeyFiles.replace(file, TITLE + "\n" + octets + "\n" + sum(octets) + "\n");
  }

  private static String sum(String line) {
    CRC32C sum = new CRC32C();
    sum.update(line.getBytes(StandardCharsets.US_ASCII));
    return "%08x".formatted(sum.getValue());
  }

  private DcosNetException damaged(String what, @Nullable Exception cause) {
    return new DcosNetException(
        file + ": " + what + "; delete it to begin again with the configured key", cause);
  }
}
