// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the terms of an Erlang configuration file ({@code file:consult/1}): atoms, whole numbers,
 * texts, tuples, lists and maps; each term ends with a dot.
 *
 * <p>A text is a {@code String}, whether written as one or as a binary; a list is a {@code List}, a
 * map a {@code Map}, a number a {@code BigInteger}, a flag a {@code Boolean}.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ErlangTerms {

  /** A word that stands for itself. */
  record Atom(String name) {}

  /** Some terms in curly brackets. */
  record Tuple(List<Object> items) {
    Tuple {
      items = List.copyOf(items);
    }
  }

  private static final int DEEPEST = 64;

  private final String text;
  private int at;
  private int depth;

  private ErlangTerms(String text) {
    this.text = text;
  }

  /**
   * All terms of a file.
   *
   * @throws IllegalArgumentException that says in which line something else stands
   */
  static List<Object> read(String text) {
    ErlangTerms terms = new ErlangTerms(text);
    List<Object> all = new ArrayList<>();
    for (terms.skip(); terms.at < text.length(); terms.skip()) {
      all.add(terms.term());
      terms.expect(".");
    }
    return List.copyOf(all);
  }

  private Object term() {
    skip();
    if (depth++ > DEEPEST) {
      throw fault("less deeply nested terms");
    }
    Object term = anyTerm();
    depth--;
    return term;
  }

  private Object anyTerm() {
    char first = peek();
    if (first == '{') {
      at++;
      return new Tuple(list("}"));
    }
    if (first == '[') {
      at++;
      return list("]");
    }
    if (first == '"') {
      return quoted('"');
    }
    if (first == '\'') {
      return new Atom(quoted('\''));
    }
    if (text.startsWith("#{", at)) {
      at += 2;
      return map();
    }
    if (text.startsWith("<<", at)) {
      at += 2;
      skip();
      String binary = peek() == '"' ? quoted('"') : "";
      expect(">>");
      return binary;
    }
    if (first == '-' || Character.isDigit(first)) {
      return number();
    }
    return word();
  }

  private List<Object> list(String end) {
    List<Object> items = new ArrayList<>();
    if (takes(end)) {
      return items;
    }
    do {
      items.add(term());
    } while (takes(","));
    expect(end);
    return items;
  }

  private Map<Object, Object> map() {
    Map<Object, Object> entries = new LinkedHashMap<>();
    if (takes("}")) {
      return entries;
    }
    do {
      Object key = term();
      expect("=>");
      entries.put(key, term());
    } while (takes(","));
    expect("}");
    return entries;
  }

  private String quoted(char end) {
    StringBuilder read = new StringBuilder();
    for (at++; peek() != end; at++) {
      if (peek() == '\\') {
        at++;
        read.append(escaped(peek()));
      } else {
        read.append(peek());
      }
    }
    at++;
    return read.toString();
  }

  private static char escaped(char letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      default -> letter;
    };
  }

  /** Whole, perhaps with a base before {@code #}. */
  private BigInteger number() {
    boolean negative = takes("-");
    String digits = run();
    int base = 10;
    if (at < text.length() && text.charAt(at) == '#' && !text.startsWith("#{", at)) {
      base = digits.matches("[0-9]{1,2}") ? Integer.parseInt(digits) : 0;
      at++;
      digits = run();
    }
    if (base < Character.MIN_RADIX || base > Character.MAX_RADIX) {
      throw fault("a base from 2 to 36");
    }
    try {
      BigInteger number = new BigInteger(digits, base);
      return negative ? number.negate() : number;
    } catch (NumberFormatException e) {
      throw fault("a whole number instead of " + digits);
    }
  }

  private Object word() {
    if (!Character.isLowerCase(peek())) {
      throw fault("a term");
    }
    String word = run();
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      default -> new Atom(word);
    };
  }

  private String run() {
    int begin = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_@".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return text.substring(begin, at);
  }

  private boolean takes(String sign) {
    skip();
    if (!text.startsWith(sign, at)) {
      return false;
    }
    at += sign.length();
    return true;
  }

  private void expect(String sign) {
    if (!takes(sign)) {
      throw fault(sign);
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw fault("more");
    }
    return text.charAt(at);
  }

  /** Over white space and comments. */
  private void skip() {
    while (at < text.length()) {
      if (text.charAt(at) == '%') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        return;
      }
    }
  }

  private IllegalArgumentException fault(String expected) {
    long line =
        1 + text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
    return new IllegalArgumentException("line " + line + " (expected: " + expected + ")");
  }
}
