// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The few things that our files ask of a file system, so that a test can stand in for it: fill it
 * up, make a sync fail, or pull the plug between any two calls.
 *
 * <p>What was written counts as safe only after {@link OpenFile#force}; what was created, renamed
 * or deleted only after {@link #forceDirectory}.
 */
interface Disk {

  /** A file that is open for reading and writing. */
  interface OpenFile extends Closeable {

    long size() throws IOException;

    /** Fills the buffer from {@code position} on as far as the file reaches. */
    void read(ByteBuffer into, long position) throws IOException;

    /** Writes all that remains in the buffer. After a failure any part of it may be there. */
    void write(ByteBuffer from, long position) throws IOException;

    void truncate(long size) throws IOException;

    /** Returns when the content is safe. After a failure nobody knows what is. */
    void force() throws IOException;
  }

  /** Creates a directory and those above it, safely; does nothing where it is there. */
  void createDirectories(Path directory) throws IOException;

  /**
   * Excludes everybody else, in this process and others, until closed.
   *
   * @throws io.dcosnet.api.DcosNetException naming the process that holds it
   */
  Closeable lock(Path file) throws IOException;

  /** Names of the files in a directory, in no order. */
  List<String> list(Path directory) throws IOException;

  /** A new, empty file; one that has this name is emptied. */
  OpenFile create(Path file) throws IOException;

  /** A file that is there. */
  OpenFile open(Path file) throws IOException;

  /** Gives a file another name, at once and in place of whatever has it. */
  void rename(Path from, Path to) throws IOException;

  void delete(Path file) throws IOException;

  /** Returns when the names in the directory are safe. */
  void forceDirectory(Path directory) throws IOException;
}
