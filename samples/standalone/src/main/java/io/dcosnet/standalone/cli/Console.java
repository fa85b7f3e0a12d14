// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command writes: answers to {@code out}, reasons and logs to {@code err}.
 *
 * <p><b>Thread-safe</b>, as far as the streams are.
 *
 * @param terminal true when a person reads {@code out}
 */
public record Console(PrintStream out, PrintStream err, boolean terminal) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public Console {
    requireNonNull(out, "out");
    requireNonNull(err, "err");
  }

  /** The streams of the process. Text is UTF-8 whatever the locale says, since JSON is. */
  public static Console ofProcess() {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    return new Console(out, err, isTerminal(Path.of("/proc/self/fd/1")));
  }

  /** Writes one line of text. */
  public void line(String text) {
    out.println(text);
  }

  /** Writes one JSON value: indented for a person, on one line for a program. */
  public void json(JsonNode value) {
    ObjectWriter writer = terminal ? JSON.writerWithDefaultPrettyPrinter() : JSON.writer();
    try {
      line(writer.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of JSON nodes can be written", e);
    }
  }

  // System.console() answers for standard input and output together, and differently from JDK 22
  // on.
  private static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // no such link: then nobody can tell, and JSON on one line is never wrong
    }
  }
}
