// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * Where a node keeps its identity: one line of text, {@code <data>/node.id}.
 *
 * <p>The identity is given once and for all. A file that cannot be read is an error and is never
 * replaced: under a new identity the node would leave its addresses and entries behind. One process
 * at a time: who may share a data directory takes a {@link DirectoryLock} on it first.
 */
public final class NodeIdFile {

  /** Name of the file in a node's data directory. */
  public static final String NAME = "node.id";

  private static final int MAX_BYTES = 256;

  private NodeIdFile() {}

  /**
   * The identity of the node with this data directory; the first time it is made up and kept.
   *
   * @param data created where it is missing
   * @param random what a new identity comes from; must not be predictable across nodes
   * @throws DcosNetException when the file is there and no identity, or when the disk fails
   */
  public static NodeId loadOrCreate(Path data, RandomGenerator random) {
    return loadOrCreate(SystemDisk.INSTANCE, data, random);
  }

  static NodeId loadOrCreate(Disk disk, Path data, RandomGenerator random) {
    requireNonNull(random, "random");
    Path file = data.resolve(NAME);
    try {
      disk.createDirectories(data);
      // A name that a killed process left unsafe must be safe before anybody hears the identity.
      disk.forceDirectory(data);
      return disk.list(data).contains(NAME) ? read(disk, file) : create(disk, data, file, random);
    } catch (IOException e) {
      throw new DcosNetException(file + ": cannot be read or written: " + e, e);
    }
  }

  private static NodeId read(Disk disk, Path file) throws IOException {
    String text;
    try (Disk.OpenFile open = disk.open(file)) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(open.size(), MAX_BYTES));
      open.read(content, 0);
      text = Bytes.copyOf(content.flip()).toUtf8().strip();
    }
    try {
      return NodeId.parse(text);
    } catch (DecodeException e) {
      throw new DcosNetException(
          file
              + ": "
              + e.getMessage()
              + "; restore it from a copy, or delete it to join as a new node",
          e);
    }
  }

  private static NodeId create(Disk disk, Path data, Path file, RandomGenerator random)
      throws IOException {
    NodeId id = NodeId.random(random);
    Path written = file.resolveSibling(NAME + ".new");
    try (Disk.OpenFile open = disk.create(written)) {
      open.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
      open.force();
    }
    disk.rename(written, file);
    disk.forceDirectory(data);
    return id;
  }
}
