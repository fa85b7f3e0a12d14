// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a document forward only. A value of the wrong type is refused by itself and then
 * counts as missing, as {@code null} does. <b>Confined to</b> one thread.
 *
 * <p>Field names are compared without regard to case, as Mesos-DNS does through Go's {@code
 * encoding/json}: {@link #field} is lower case.
 */
final class JsonCursor {

  private static final int MAX_NUMBER_LENGTH = 40;
  private static final int MAX_SHARED_LENGTH = 200;

  private final JsonParser in;
  private final Rejections rejections;
  private final Map<String, String> shared = new HashMap<>();
  private String name = "";
  private String field = "";

  JsonCursor(JsonParser in, Rejections rejections) {
    this.in = in;
    this.rejections = rejections;
  }

  Rejections rejections() {
    return rejections;
  }

  /**
   * Goes to the next field of the open object that has a value; the cursor is then at the value,
   * which must be read or {@link #skip skipped}.
   *
   * @return false at the end of the object, which is then closed
   */
  boolean nextField() throws IOException {
    boolean found = nextName();
    field = found ? foldCase(name) : field;
    return found;
  }

  /** As {@link #nextField}, for objects whose names are data; {@link #field} stays. */
  boolean nextName() throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      name = in.currentName();
      if (in.nextToken() != JsonToken.VALUE_NULL) {
        return true;
      }
    }
    return false;
  }

  /** The field that the cursor is at, in lower case. */
  String field() {
    return field;
  }

  /** The field that the cursor is at, as it is written. */
  String name() {
    return name;
  }

  /** Steps over the value. */
  void skip() throws IOException {
    in.skipChildren();
  }

  /** Enters the object that the cursor is at; refuses anything else, {@code null} silently. */
  boolean enterObject(String what) throws IOException {
    return enter(JsonToken.START_OBJECT, what, "an object");
  }

  /** Enters the array that the cursor is at; refuses anything else. */
  boolean enterArray() throws IOException {
    return enter(JsonToken.START_ARRAY, field, "an array");
  }

  boolean atObject() {
    return in.currentToken() == JsonToken.START_OBJECT;
  }

  boolean atArray() {
    return in.currentToken() == JsonToken.START_ARRAY;
  }

  private boolean enter(JsonToken wanted, String what, String expected) throws IOException {
    JsonToken token = in.currentToken();
    if (token == wanted) {
      return true;
    }
    if (token != JsonToken.VALUE_NULL) {
      wrongType(what, expected);
    }
    return false;
  }

  /** Goes to the next element of the open array, {@code null} ones included. */
  boolean nextElement() throws IOException {
    return in.nextToken() != JsonToken.END_ARRAY;
  }

  /** The text here, or {@code otherwise} when this is not a string. */
  String text(String otherwise) throws IOException {
    String text = optionalText();
    return text == null ? otherwise : text;
  }

  /** The text here, or null when this is not a string. */
  @Nullable String optionalText() throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      wrongType(field, "a string");
      return null;
    }
    return wellFormed(in.getText());
  }

  /** As {@link #text}, for values that occur often: equal ones become one object. */
  String sharedText(String otherwise) throws IOException {
    String text = text(otherwise);
    if (text.length() > MAX_SHARED_LENGTH) {
      return text;
    }
    String known = shared.putIfAbsent(text, text);
    return known == null ? text : known;
  }

  /** An id, as it stands or in the object around it that the operator API has; else empty. */
  String id() throws IOException {
    if (!atObject()) {
      return sharedText("");
    }
    String id = "";
    while (nextField()) {
      if (field.equals("value")) {
        id = sharedText("");
      } else {
        skip();
      }
    }
    return id;
  }

  /** The number here, or {@code otherwise} when this is not a number that a double can hold. */
  double number(double otherwise) throws IOException {
    if (!in.currentToken().isNumeric()) {
      wrongType(field, "a number");
      return otherwise;
    }
    String digits = in.getText();
    double value = digits.length() <= MAX_NUMBER_LENGTH ? Double.parseDouble(digits) : Double.NaN;
    if (!Double.isFinite(value)) {
      rejections.add("NUMBER_OUT_OF_RANGE", field + ": " + digits);
      return otherwise;
    }
    return value;
  }

  /**
   * The port here, which may come as {@code 5051.0}.
   *
   * @return 0-65535, or -1 when this is anything else, which is then refused
   */
  int port() throws IOException {
    double value = number(Double.NaN);
    if (Double.isNaN(value)) {
      return -1;
    }
    boolean fits = value >= 0 && value <= 65535 && value == Math.rint(value);
    if (!fits) {
      rejections.add(
          "port", "PORT_OUT_OF_RANGE", field + ": " + in.getText() + " (expected: 0-65535)");
      return -1;
    }
    return (int) value;
  }

  /** The truth value here, or {@code otherwise} when this is none. */
  @Nullable Boolean truth(@Nullable Boolean otherwise) throws IOException {
    JsonToken token = in.currentToken();
    if (!token.isBoolean()) {
      wrongType(field, "true or false");
      return otherwise;
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** Text, number or truth value as text; null for anything else. */
  @Nullable String scalarText() throws IOException {
    if (!in.currentToken().isScalarValue()) {
      wrongType(field, "a string or a number");
      return null;
    }
    return wellFormed(in.getText());
  }

  /** Refuses the value here for its type and steps over it. */
  private void wrongType(String what, String expected) throws IOException {
    String found =
        switch (in.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "a string";
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
          case VALUE_NULL -> "null";
          default -> "a truth value";
        };
    in.skipChildren();
    rejections.add("WRONG_TYPE", what + ": " + found + " (expected: " + expected + ")");
  }

  /** Halves of surrogate pairs, written as escapes, become U+FFFD. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceLoneSurrogates(text);
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  /** Lower case for what folds to ASCII: A-Z, the long s and the Kelvin sign. */
  static String foldCase(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (folded(name.charAt(i)) != name.charAt(i)) {
        StringBuilder lower = new StringBuilder(name.length());
        name.chars().forEach(c -> lower.append(folded((char) c)));
        return lower.toString();
      }
    }
    return name;
  }

  private static char folded(char c) {
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + ('a' - 'A'));
    }
    return c == '\u017F' ? 's' : c == '\u212A' ? 'k' : c;
  }
}
