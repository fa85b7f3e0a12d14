// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DecodeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text of options into values and collects what is wrong with them.
 *
 * <p>Each method returns a supplier that may be asked after {@link #check} has found nothing wrong.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class Arguments {

  private final List<String> problems = new ArrayList<>();

  /** Adds a problem in the form {@code option: value (expected: …)}. */
  public void problem(String line) {
    problems.add(line);
  }

  /**
   * Reads one option.
   *
   * @param text null when the option was not given
   * @param reader fails with {@link IllegalArgumentException} or {@link DecodeException}
   * @param expected form of a good value, such as {@code ADDR:PORT}
   * @return supplies null when the option was not given
   */
  public <T extends @Nullable Object> Supplier<@Nullable T> optional(
      String option, @Nullable String text, Function<String, T> reader, String expected) {
    if (text == null) {
      return () -> null;
    }
    try {
      T value = reader.apply(text);
      return () -> value;
    } catch (IllegalArgumentException | DecodeException e) {
      problem(option + ": " + text + " (expected: " + expected + ")");
      return () -> null;
    }
  }

  /** Reads an option that must be there. */
  public <T> Supplier<T> required(
      String option, @Nullable String text, Function<String, T> reader, String expected) {
    T value = requiredOrNull(option, text, reader, expected);
    return () -> {
      if (value == null) {
        throw new IllegalStateException(
            option + " was asked for before the arguments were checked");
      }
      return value;
    };
  }

  /** As {@link #required}, for what further checks look into; null when a problem was noted. */
  public <T> @Nullable T requiredOrNull(
      String option, @Nullable String text, Function<String, T> reader, String expected) {
    if (text == null) {
      problem(option + ": missing (expected: " + expected + ")");
    }
    return this.<T>optional(option, text, reader, expected).get();
  }

  /** A reader of whole numbers for {@link #optional} and {@link #required}. */
  public static Function<String, Long> numberFrom(long least, long greatest) {
    return text -> {
      long number = Long.parseLong(text);
      if (number < least || number > greatest) {
        throw new IllegalArgumentException(text);
      }
      return number;
    };
  }

  /** A reader of names of files that exist. */
  public static Function<String, Path> file() {
    return text -> {
      Path path = Path.of(text);
      if (!Files.isReadable(path) || Files.isDirectory(path)) {
        throw new IllegalArgumentException(text);
      }
      return path;
    };
  }

  /**
   * Ends the command when something is wrong.
   *
   * @throws ConfigurationException with all problems
   */
  public void check() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
