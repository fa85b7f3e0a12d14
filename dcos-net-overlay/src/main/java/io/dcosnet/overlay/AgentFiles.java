// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.LinkCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent keeps on its disk, so that it works after a restart before anybody answers: what it
 * was given, and whom it knew. Each file is replaced as a whole and safe before it counts. A file
 * that cannot be read is moved aside for a person to look at, and hides nothing else.
 *
 * <p>All calls block. <b>Thread-safe</b> as long as nobody reads meanwhile and each file has one
 * writer at a time; both files may be written together.
 */
final class AgentFiles {

  static final String ASSIGNMENT = "assignment.json";
  static final String PEERS = "peers";

  /** What stands before the date-less number of a file that was moved aside. */
  static final String ASIDE = ".unreadable-";

  private static final Logger LOGGER = LoggerFactory.getLogger(AgentFiles.class);

  private static final int MOST_ASIDE = 100;

  /** Largest file that is read at all: more than the peers of the largest cluster take. */
  private static final long MAX_BYTES = 256L * 1024 * 1024;

  private final Path directory;

  AgentFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * What was kept.
   *
   * @param notes what could not be read, for a person
   */
  record Kept(Optional<Assignment> assignment, List<PeerEntry> peers, List<String> notes) {}

  /**
   * Reads what is there.
   *
   * @param node whose it has to be
   * @throws DcosNetException when the directory cannot be made or read
   */
  Kept read(NodeId node) {
    List<String> notes = new ArrayList<>();
    try {
      Files.createDirectories(directory);
      Optional<Assignment> assignment = readAssignment(node, notes);
      return new Kept(assignment, readPeers(notes), List.copyOf(notes));
    } catch (IOException e) {
      throw new DcosNetException(directory + ": cannot be read or written: " + e, e);
    }
  }

  private Optional<Assignment> readAssignment(NodeId node, List<String> notes) throws IOException {
    Path file = directory.resolve(ASSIGNMENT);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Assignment assignment = LinkCodec.decodeAssignment(content(file));
      NodeId owner = assignment.record().agent();
      if (owner.equals(node)) {
        return Optional.of(assignment);
      }
      moveAside(file, "it belongs to agent " + owner + ", this is " + node, notes);
    } catch (DecodeException | IOException e) {
      moveAside(file, String.valueOf(e.getMessage()), notes);
    }
    return Optional.empty();
  }

  private List<PeerEntry> readPeers(List<String> notes) throws IOException {
    Path file = directory.resolve(PEERS);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<PeerEntry> peers = new ArrayList<>();
    String fault = "";
    try {
      for (String line : content(file).toUtf8().lines().toList()) {
        try {
          peers.add(peer(line));
        } catch (DecodeException e) {
          fault = String.valueOf(e.getMessage());
        }
      }
    } catch (IOException e) {
      fault = String.valueOf(e.getMessage());
    }
    if (!fault.isEmpty()) {
      moveAside(file, fault, notes);
    }
    return peers;
  }

  private static PeerEntry peer(String line) {
    int space = line.indexOf(' ');
    if (space < 0) {
      throw new DecodeException("peer: no blank (expected: an id and what it has)", 0);
    }
    return PeerEntry.decode(
        NodeId.parse(line.substring(0, space)), Bytes.utf8(line.substring(space + 1)));
  }

  private static Bytes content(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new IOException(size + " bytes (expected: at most " + MAX_BYTES + ")");
    }
    return Bytes.copyOf(Files.readAllBytes(file));
  }

  private void moveAside(Path file, String reason, List<String> notes) throws IOException {
    String name = String.valueOf(file.getFileName());
    for (int i = 1; i <= MOST_ASIDE; i++) {
      Path target = directory.resolve(name + ASIDE + i);
      // The last one is overwritten: a host that damages its files daily must not fill its disk.
      if (i == MOST_ASIDE || !Files.exists(target)) {
        Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
        LOGGER.warn("{} was moved to {}: {}", file, target, reason);
        notes.add(file + " was moved to " + target + ": " + reason);
        return;
      }
    }
  }

  /** Keeps an assignment; when this returns it is safe. */
  void write(Assignment assignment) {
    replace(ASSIGNMENT, LinkCodec.encode(assignment));
  }

  /** Keeps peers; when this returns they are safe. */
  void write(List<PeerEntry> peers) {
    StringBuilder lines = new StringBuilder();
    for (PeerEntry peer : peers) {
      lines.append(peer.agent()).append(' ').append(peer.encode().toUtf8()).append('\n');
    }
    replace(PEERS, Bytes.utf8(lines.toString()));
  }

  private void replace(String name, Bytes content) {
    Path written = directory.resolve(name + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              written,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer rest = content.toByteBuffer();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(written, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(directory.resolve(name) + ": " + e.getMessage(), e);
    }
  }
}
