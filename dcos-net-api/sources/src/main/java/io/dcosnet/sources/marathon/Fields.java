// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to one JSON object. A field of the wrong type is reported and counts as missing.
 * <b>Confined to</b> one thread.
 */
final class Fields {

  private static final double MOST_SECONDS = 1e9;

  private final Map<?, ?> values;
  private final String app;
  private final Faults faults;

  Fields(Map<?, ?> values, String app, Faults faults) {
    this.values = values;
    this.app = app;
    this.faults = faults;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** The object there, empty when there is none. */
  Fields object(String name) {
    Object value = values.get(name);
    if (value instanceof Map<?, ?> map) {
      return new Fields(map, app, faults);
    }
    wrong(name, value, "an object");
    return new Fields(Map.of(), app, faults);
  }

  boolean isObject(String name) {
    return values.get(name) instanceof Map<?, ?>;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** The objects of an array; anything else in it is reported. */
  List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    for (Object element : array(name)) {
      if (element instanceof Map<?, ?> map) {
        objects.add(new Fields(map, app, faults));
      } else {
        wrong(name, element, "objects");
      }
    }
    return objects;
  }

  List<?> array(String name) {
    Object value = values.get(name);
    if (value instanceof List<?> list) {
      return list;
    }
    wrong(name, value, "an array");
    return List.of();
  }

  /** The texts of an array. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object element : array(name)) {
      if (element instanceof String text) {
        texts.add(text);
      } else {
        wrong(name, element, "strings");
      }
    }
    return texts;
  }

  /** The whole numbers of an array; others stand in it as 0, so that no index moves. */
  List<Integer> numbers(String name) {
    List<Integer> numbers = new ArrayList<>();
    for (Object element : array(name)) {
      Integer number = whole(name, element);
      numbers.add(number == null ? 0 : number);
    }
    return numbers;
  }

  String text(String name, String otherwise) {
    Object value = values.get(name);
    if (value instanceof String text) {
      return text;
    }
    wrong(name, value, "a string");
    return otherwise;
  }

  int number(String name, int otherwise) {
    Integer number = numberOrNull(name);
    return number == null ? otherwise : number;
  }

  @Nullable Integer numberOrNull(String name) {
    return whole(name, values.get(name));
  }

  double fraction(String name, double otherwise) {
    Object value = values.get(name);
    if (value instanceof Double number && Double.isFinite(number)) {
      return number;
    }
    wrong(name, value, "a number");
    return otherwise;
  }

  boolean truth(String name, boolean otherwise) {
    Object value = values.get(name);
    if (value instanceof Boolean truth) {
      return truth;
    }
    wrong(name, value, "true or false");
    return otherwise;
  }

  Duration seconds(String name, int otherwise) {
    double seconds = fraction(name, otherwise);
    boolean fits = seconds >= 0 && seconds <= MOST_SECONDS;
    if (!fits) {
      faults.add("app", app, "NUMBER_OUT_OF_RANGE", name + ": " + seconds);
    }
    return Duration.ofMillis(Math.round((fits ? seconds : otherwise) * 1000));
  }

  @Nullable Instant instant(String name) {
    String text = text(name, "");
    if (text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      faults.add("app", app, "BAD_TIME", name + ": " + text + " (expected: ISO 8601)");
      return null;
    }
  }

  /** Keys with text values; others are reported. */
  Map<String, String> labels(String name) {
    Map<String, String> labels = new TreeMap<>();
    for (Map.Entry<?, ?> entry : object(name).values.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (entry.getValue() instanceof String text) {
        labels.put(key, text);
      } else {
        faults.add("label", app + " " + key, "WRONG_TYPE", "(expected: a string)");
      }
    }
    return Collections.unmodifiableMap(labels);
  }

  void fault(String code, String detail) {
    faults.add("app", app, code, detail);
  }

  private @Nullable Integer whole(String name, @Nullable Object value) {
    if (value instanceof Double number
        && number == Math.rint(number)
        && Math.abs(number) <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    wrong(name, value, "a whole number");
    return null;
  }

  private void wrong(String name, @Nullable Object value, String expected) {
    if (value != null) {
      faults.add("app", app, "WRONG_TYPE", name + " (expected: " + expected + ")");
    }
  }
}
