// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The real {@code dig}, which asks a server on 127.0.0.1. */
public final class Dig {

  private static final String PROGRAM = "/usr/bin/dig";

  private final int port;

  public Dig(int port) {
    this.port = port;
  }

  /** The program that has to be there. */
  public static String program() {
    return PROGRAM;
  }

  /** The data of the answers, a line each. */
  public List<String> shortly(String... question) {
    List<String> words = new ArrayList<>(List.of("+short"));
    words.addAll(List.of(question));
    return all(words.toArray(String[]::new));
  }

  /** What it prints; lines without text are left out. */
  public List<String> all(String... question) {
    List<String> command =
        new ArrayList<>(List.of(PROGRAM, "+tries=1", "@127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(List.of(question));
    try {
      Process process = new ProcessBuilder(command).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
