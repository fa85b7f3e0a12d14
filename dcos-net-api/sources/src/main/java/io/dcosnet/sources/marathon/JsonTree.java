// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value whole: as {@code String}, {@code Double}, {@code Boolean}, {@code List},
 * {@code TreeMap}, or null. For values of bounded size only; the document around them is streamed.
 */
final class JsonTree {

  private static final int MAX_NUMBER_LENGTH = 40;

  private JsonTree() {}

  /** The value that the parser is at; it is then at the value's last token. */
  static @Nullable Object read(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      case VALUE_STRING -> in.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(in.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  // A number that no double holds is of no use to anybody here, and NaN is refused by its reader.
  private static Double number(String digits) {
    return digits.length() <= MAX_NUMBER_LENGTH
        ? Double.valueOf(digits)
        : Double.valueOf(Double.NaN);
  }

  // A tree rather than a hash table: names are foreign input and could be made to collide.
  private static Map<String, Object> object(JsonParser in) throws IOException {
    Map<String, Object> fields = new TreeMap<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      Object value = read(in);
      if (value == null) {
        fields.remove(name); // null equals missing, and the last of two counts
      } else {
        fields.put(name, value);
      }
    }
    return fields;
  }

  private static List<Object> array(JsonParser in) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      Object value = read(in);
      if (value != null) {
        elements.add(value);
      }
    }
    return elements;
  }
}
