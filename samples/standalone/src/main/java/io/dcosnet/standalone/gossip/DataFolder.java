// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.standalone.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the folder of a member, or says why that cannot be. */
final class DataFolder {

  private DataFolder() {}

  /**
   * Makes it where it is missing.
   *
   * @throws CommandFailure when it cannot be made or written to
   */
  static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw CommandFailure.environment(
          "--data: " + folder + " cannot be created: " + reason(folder, e), e);
    }
    if (!Files.isWritable(folder)) {
      throw CommandFailure.environment(
          "--data: " + folder + " cannot be written to: permission denied", null);
    }
  }

  private static String reason(Path folder, IOException failure) {
    if (failure instanceof FileAlreadyExistsException taken) {
      return (taken.getFile() == null ? folder : taken.getFile()) + " is there and no directory";
    }
    if (failure instanceof AccessDeniedException denied) {
      return "permission denied at " + denied.getFile();
    }
    if (failure instanceof FileSystemException trouble && trouble.getReason() != null) {
      return trouble.getReason() + " at " + trouble.getFile();
    }
    return String.valueOf(failure.getMessage());
  }
}
