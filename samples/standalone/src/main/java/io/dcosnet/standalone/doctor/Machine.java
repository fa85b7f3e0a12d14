// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The files of a machine as the probes see them, so that a test can show them another machine.
 * <b>Immutable.</b>
 *
 * @param root that {@code /proc} and the like are below
 * @param programPath folders that are searched for programs
 */
record Machine(Path root, List<Path> programPath) {

  private static final List<String> SYSTEM_FOLDERS =
      List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

  Machine {
    requireNonNull(root, "root");
    programPath = List.copyOf(programPath);
  }

  /** This one. The folders for system programs count too: a plain user's path lacks them. */
  static Machine local(String path) {
    List<Path> folders =
        Stream.concat(Stream.of(path.split(":")), SYSTEM_FOLDERS.stream())
            .filter(folder -> folder.startsWith("/"))
            .distinct()
            .map(Path::of)
            .toList();
    return new Machine(Path.of("/"), folders);
  }

  /** Whether it is the one that this process runs on, so that more than files can be tried. */
  boolean isThisOne() {
    return root.equals(Path.of("/"));
  }

  /** The text of a file; empty when it is not there or may not be read. */
  Optional<String> text(String file) {
    try {
      return Optional.of(Files.readString(at(file), StandardCharsets.ISO_8859_1).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As {@link #text}, unpacked. */
  Optional<String> gzippedText(String file) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(at(file)))) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  boolean exists(String file) {
    return Files.exists(at(file));
  }

  /** Where a program lies that can be run. */
  Optional<Path> program(String name) {
    return programPath.stream()
        .map(folder -> folder.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private Path at(String file) {
    return root.resolve(file.substring(1));
  }
}
