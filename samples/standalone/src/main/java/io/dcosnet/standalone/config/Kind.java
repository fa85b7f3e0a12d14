// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One kind of value in the document: how it is read, how it is shown, and what a good one looks
 * like.
 *
 * <p><b>Immutable.</b>
 */
public final class Kind<T> {

  /** What stands in place of a secret wherever values are shown. */
  public static final String REDACTED = "(redacted)";

  public static final Kind<String> TEXT = ofText("a text", text -> text);

  public static final Kind<Boolean> FLAG =
      new Kind<>("true or false", Kind::readFlag, flag -> flag, Writing.BARE);

  public static final Kind<Duration> DURATION =
      new Kind<>(
          DurationText.FORM,
          raw -> DurationText.parse(readText(raw)),
          DurationText::of,
          Writing.TEXT);

  public static final Kind<HostPort> ENDPOINT = ofText("ADDR:PORT", HostPort::parse);

  public static final Kind<IpAddress> ADDRESS = ofText("an IP address", IpAddress::parse);

  public static final Kind<Cidr> PREFIX = ofText("ADDR/LENGTH", Cidr::parse);

  /** A domain name, kept in lower case. */
  public static final Kind<DomainName> NAME =
      ofText("a domain name", text -> DomainName.parse(text).toLowerCase());

  /** Where HTTP is spoken; without user and password, which belong into files. */
  public static final Kind<URI> URL =
      ofText("http://HOST:PORT or https://HOST:PORT", Kind::readUrl);

  /** A part of the document that somebody else reads. */
  static final Kind<Map<String, Object>> OBJECT =
      new Kind<>("an object", Kind::readObject, value -> value, Writing.BARE);

  private final String form;
  private final Function<Object, T> reader;
  private final Function<T, Object> shown;
  private final Writing writing;

  /** How a value stands in the document. */
  private enum Writing {
    TEXT,
    SECRET_TEXT,
    BARE
  }

  private Kind(
      String form, Function<Object, T> reader, Function<T, Object> shown, Writing writing) {
    this.form = requireNonNull(form, "form");
    this.reader = requireNonNull(reader, "reader");
    this.shown = requireNonNull(shown, "shown");
    this.writing = writing;
  }

  /**
   * Values that are written as text and show themselves by {@code toString}.
   *
   * @param form of a good value, such as {@code ADDR:PORT}
   * @param parser fails with {@link IllegalArgumentException} or {@link DecodeException}
   */
  public static <T> Kind<T> ofText(String form, Function<String, T> parser) {
    return new Kind<>(form, raw -> parser.apply(readText(raw)), Object::toString, Writing.TEXT);
  }

  /** As {@link #ofText}, for what may hold a password: {@code shown} leaves that out. */
  public static <T> Kind<T> ofSecretText(
      String form, Function<String, T> parser, Function<T, String> shown) {
    return new Kind<>(form, raw -> parser.apply(readText(raw)), shown::apply, Writing.SECRET_TEXT);
  }

  /** Whole numbers. */
  public static Kind<Integer> number(int least, int greatest) {
    String form = greatest == Integer.MAX_VALUE ? least + " or more" : least + "-" + greatest;
    return new Kind<>(
        form, raw -> readNumber(raw, least, greatest), number -> number, Writing.BARE);
  }

  /** Numbers that need not be whole, from 0. */
  static Kind<Double> decimal() {
    return decimal("a number, 0 or more", number -> number >= 0);
  }

  /** Numbers that need not be whole, but not 0. */
  static Kind<Double> positive() {
    return decimal("a number above 0", number -> number > 0);
  }

  private static Kind<Double> decimal(String form, DoublePredicate good) {
    return new Kind<>(
        form,
        raw -> {
          if (raw instanceof Number number
              && good.test(number.doubleValue())
              && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
          }
          throw new IllegalArgumentException("no such number");
        },
        number -> number,
        Writing.BARE);
  }

  /** Files that must be there and readable; relative names start at {@code base}. */
  static Kind<Path> readableFile(Path base) {
    return ofText(
        "a readable file",
        text -> {
          Path file = base.resolve(text).normalize();
          if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(text);
          }
          return file;
        });
  }

  /** Places in the file system that may come into being later. */
  static Kind<Path> path(Path base) {
    return ofText("a path", text -> base.resolve(text).normalize());
  }

  /** One of a few words: the names of {@code choices} in lower case, with dashes. */
  public static <E extends Enum<E>> Kind<E> word(List<E> choices) {
    String form = choices.stream().map(Kind::word).collect(Collectors.joining(", "));
    return new Kind<>(
        "one of " + form,
        raw -> {
          String wanted = readText(raw);
          return choices.stream()
              .filter(choice -> word(choice).equals(wanted))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException(wanted));
        },
        Kind::word,
        Writing.TEXT);
  }

  /** One of a few values by words of their own. */
  static <T> Kind<T> choice(Map<String, T> byWord) {
    Map<String, T> choices = new LinkedHashMap<>(byWord);
    return new Kind<>(
        "one of " + String.join(", ", choices.keySet()),
        raw -> {
          T chosen = choices.get(readText(raw));
          if (chosen == null) {
            throw new IllegalArgumentException("no such word");
          }
          return chosen;
        },
        value ->
            choices.entrySet().stream()
                .filter(choice -> choice.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(),
        Writing.TEXT);
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Lists of another kind, where a key takes several values by names. */
  public static <T> Kind<List<T>> listOf(Kind<T> one) {
    return new Kind<>(
        "a list of " + one.form,
        raw -> {
          if (raw instanceof List<?> items) {
            return items.stream().map(item -> one.read(item == null ? "" : item)).toList();
          }
          throw new IllegalArgumentException("no list");
        },
        values -> values.stream().map(one::show).toList(),
        Writing.BARE);
  }

  /** What a good value looks like. */
  public String form() {
    return form;
  }

  /**
   * Reads a value of the document.
   *
   * @throws IllegalArgumentException or {@link DecodeException} when it is not of this kind
   */
  T read(Object raw) {
    return reader.apply(raw);
  }

  /** The value as it may be shown to anybody: text, number or flag. */
  Object show(T value) {
    return shown.apply(value);
  }

  /** What would have been a good value instead of {@code raw}. */
  String formInsteadOf(Object raw) {
    boolean bare = raw instanceof Number || raw instanceof Boolean;
    return writing != Writing.BARE && bare ? form + ", in quotes" : form;
  }

  /** What was given, as a message may show it. */
  String showGiven(Object raw) {
    if (writing == Writing.SECRET_TEXT) {
      return REDACTED;
    }
    // Else nobody sees what is wrong with "30" where a number is wanted.
    boolean wronglyQuoted = writing == Writing.BARE && raw instanceof String;
    return wronglyQuoted ? "\"" + raw + "\"" : raw.toString();
  }

  private static String readText(Object raw) {
    if (raw instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("no text");
  }

  private static Boolean readFlag(Object raw) {
    if (raw instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException("no flag");
  }

  private static Map<String, Object> readObject(Object raw) {
    if (raw instanceof Map<?, ?> map) {
      Map<String, Object> object = new LinkedHashMap<>();
      map.forEach(
          (name, value) -> {
            if (value != null) { // else it is as if it were not there
              object.put(String.valueOf(name), value);
            }
          });
      return object;
    }
    throw new IllegalArgumentException("no object");
  }

  private static Integer readNumber(Object raw, int least, int greatest) {
    boolean whole = raw instanceof Integer || raw instanceof Long;
    if (!whole || ((Number) raw).longValue() < least || ((Number) raw).longValue() > greatest) {
      throw new IllegalArgumentException("no such number");
    }
    return ((Number) raw).intValue();
  }

  /**
   * Reads an URL of HTTP.
   *
   * @throws IllegalArgumentException for anything else, also with user and password
   */
  public static URI readUrl(String text) {
    URI url = URI.create(text);
    String scheme = String.valueOf(url.getScheme());
    if (url.getHost() == null || !scheme.matches("(?i)https?") || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(text);
    }
    return url;
  }
}
