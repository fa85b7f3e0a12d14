// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.DecodeException;
import io.dcosnet.dns.name.DomainName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One section of the document, to be asked for each of its keys by name.
 *
 * <p>Asking does three things at once: it reads the value and notes what is wrong with it, it
 * describes the key for the reference, and it notes the value in force for {@code --print-config}.
 * So every key must be asked for whatever the others say; what nobody asked for is unknown.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class Section {

  private final String path;
  private final String describedPath;
  private final Map<String, @Nullable Object> given;
  private final Reading reading;
  private final Map<String, Object> inForce = new LinkedHashMap<>();
  private final List<Section> children = new ArrayList<>();

  /**
   * @param describedPath as {@code path}, without the place in a list
   */
  private Section(
      String path, String describedPath, Map<String, @Nullable Object> given, Reading reading) {
    this.path = path;
    this.describedPath = describedPath;
    this.given = given;
    this.reading = reading;
  }

  static Section root(Map<String, @Nullable Object> document, Reading reading) {
    return new Section("", "", document, reading);
  }

  /** A section inside this one, empty where the document has none. */
  public Section section(String key, String help) {
    reading.describe(new KeyDescription(described(key), "", "", help));
    Section child = new Section(at(key), described(key), childOf(key), reading);
    children.add(child);
    inForce.put(key, child.inForce);
    return child;
  }

  private Map<String, @Nullable Object> childOf(String key) {
    Object raw = given.get(key);
    if (raw == null || refusedAsNotConnected(at(key), "a section")) {
      return Map.of();
    }
    if (raw instanceof Map<?, ?> map) {
      return ConfigDocument.withTextKeys(map);
    }
    problem(key, raw, "a section with keys of its own");
    return Map.of();
  }

  /**
   * A key with a list of sections.
   *
   * @param reader asks each for its keys; null when it cannot be used, with its problems noted
   */
  public <T> List<T> items(String key, Function<Section, @Nullable T> reader, String help) {
    reading.describe(new KeyDescription(described(key), "", "", help));
    // One that nobody sees, so that the keys are described though the list may be empty.
    var unused = reader.apply(new Section(at(key), described(key), Map.of(), reading.unseen()));
    List<T> values = new ArrayList<>();
    List<Map<String, Object>> shown = new ArrayList<>();
    Object raw = given.get(key);
    if (raw != null && !refusedAsNotConnected(at(key), "given")) {
      if (raw instanceof List<?> items) {
        for (int i = 0; i < items.size(); i++) {
          Section item = item(key, i, items.get(i));
          if (item != null) {
            T value = reader.apply(item);
            shown.add(item.inForce);
            if (value != null) {
              values.add(value);
            }
          }
        }
      } else {
        problem(key, raw, "a list of sections");
      }
    }
    inForce.put(key, shown);
    return List.copyOf(values);
  }

  private @Nullable Section item(String key, int index, @Nullable Object raw) {
    String place = key + "[" + index + "]";
    if (!(raw instanceof Map<?, ?> map)) {
      problem(place, String.valueOf(raw), "a section with keys of its own");
      return null;
    }
    Section item =
        new Section(at(place), described(key), ConfigDocument.withTextKeys(map), reading);
    children.add(item);
    return item;
  }

  /** A key that must be there; null with a problem noted where it is not. */
  public <T> @Nullable T required(String key, Kind<T> kind, String help) {
    if (!isGiven(key)) {
      problem(key, "missing", kind.form());
    }
    return optional(key, kind, help);
  }

  /** A key that has a value in any case. */
  public <T> T value(String key, Kind<T> kind, T byDefault, String help) {
    reading.describe(
        new KeyDescription(
            described(key), kind.form(), String.valueOf(kind.show(byDefault)), help));
    T read = read(key, kind);
    T value = read == null ? byDefault : read;
    inForce.put(key, kind.show(value));
    return value;
  }

  /** A key that need not be there; null where it is not. */
  public <T> @Nullable T optional(String key, Kind<T> kind, String help) {
    return optional(key, kind, null, help);
  }

  /**
   * As {@link #optional(String, Kind, String)}.
   *
   * @param otherwise what another file said; null where that said nothing either
   */
  public <T> @Nullable T optional(String key, Kind<T> kind, @Nullable T otherwise, String help) {
    reading.describe(new KeyDescription(described(key), kind.form(), "", help));
    T read = read(key, kind);
    T value = read == null ? otherwise : read;
    if (value != null) {
      inForce.put(key, kind.show(value));
    }
    return value;
  }

  private <T> @Nullable T read(String key, Kind<T> kind) {
    Object raw = given.get(key);
    if (raw == null
        || refusedAsNotConnected(at(key), kind.showGiven(raw))
        || refusedAsNotConnected(at(key) + "=" + raw, kind.showGiven(raw))) {
      return null;
    }
    return read(at(key), raw, kind);
  }

  private <T> @Nullable T read(String at, Object raw, Kind<T> kind) {
    try {
      return kind.read(raw);
    } catch (IllegalArgumentException | DecodeException e) {
      reading.problem(at, kind.showGiven(raw), kind.formInsteadOf(raw));
      return null;
    }
  }

  /** A key with a list of values. */
  public <T> List<T> list(String key, Kind<T> kind, List<T> byDefault, String help) {
    String defaults =
        byDefault.stream()
            .map(value -> String.valueOf(kind.show(value)))
            .collect(Collectors.joining(", "));
    reading.describe(
        new KeyDescription(described(key), "list of: " + kind.form(), "[" + defaults + "]", help));
    List<T> values = byDefault;
    Object raw = given.get(key);
    if (raw instanceof List<?> items) {
      if (!refusedAsNotConnected(at(key), kind.showGiven(raw))) {
        List<T> read = readItems(key, items, kind);
        values = read.size() == items.size() ? read : byDefault; // so that one fault is told once
      }
    } else if (raw != null) {
      problem(key, kind.showGiven(raw), "a list of: " + kind.form());
    }
    inForce.put(key, values.stream().map(kind::show).toList());
    return values;
  }

  private <T> List<T> readItems(String key, List<?> items, Kind<T> kind) {
    List<T> values = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      T value = read(at(key) + "[" + i + "]", item == null ? "" : item, kind);
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  /**
   * A key with values by names that the user chooses.
   *
   * @param nameForm what the names are, such as {@code ORIGIN}
   */
  public <T> Map<String, T> map(String key, String nameForm, Kind<T> kind, String help) {
    return map(key, nameForm, kind, Map.of(), help);
  }

  /**
   * As {@link #map(String, String, Kind, String)}.
   *
   * @param base what another file said; the document adds to it, and counts more
   */
  public <T> Map<String, T> map(
      String key, String nameForm, Kind<T> kind, Map<String, T> base, String help) {
    reading.describe(new KeyDescription(described(key), nameForm + ": " + kind.form(), "{}", help));
    Map<String, T> values = new LinkedHashMap<>(base);
    Map<String, Object> shown = new LinkedHashMap<>();
    base.forEach((name, value) -> shown.put(name, kind.show(value)));
    Object raw = given.get(key);
    if (raw instanceof Map<?, ?> items) {
      if (!refusedAsNotConnected(at(key), "given")) {
        ConfigDocument.withTextKeys(items)
            .forEach(
                (name, item) -> {
                  T value = read(at(key) + "." + name, item == null ? "" : item, kind);
                  if (value != null) {
                    values.put(name, value);
                    shown.put(name, kind.show(value));
                  }
                });
      }
    } else if (raw != null) {
      problem(key, kind.showGiven(raw), "keys with values, " + nameForm + ": " + kind.form());
    }
    inForce.put(key, shown);
    return values;
  }

  /** The values of a map whose names are domain names; notes those that are none. */
  <T> Map<DomainName, T> byName(String key, Map<String, T> byText) {
    Map<DomainName, T> byName = new LinkedHashMap<>();
    byText.forEach(
        (text, value) -> {
          try {
            if (byName.put(DomainName.parse(text).toLowerCase(), value) != null) {
              problem(key, text, "each name once");
            }
          } catch (DecodeException e) {
            problem(key, text, "a domain name as key");
          }
        });
    return byName;
  }

  /** A kind for files that must be there; relative names start where the document lies. */
  public Kind<Path> readableFile() {
    return Kind.readableFile(reading.base());
  }

  /** As {@link #readableFile}, for what need not be there yet. */
  public Kind<Path> path() {
    return Kind.path(reading.base());
  }

  /** Whether the document says anything here. */
  public boolean isGiven() {
    return !given.isEmpty();
  }

  /** Whether the document gives this key a value. */
  public boolean isGiven(String key) {
    return given.get(key) != null;
  }

  /** Notes what is wrong with a key beyond its own form. */
  public void problem(String key, Object value, String expected) {
    reading.problem(at(key), String.valueOf(value), expected);
  }

  /** Notes a whole line for a key of this section, such as what a builder found. */
  public void problemLine(String line) {
    reading.problemLine(at(line));
  }

  /** Values in force, nested, with secrets redacted; complete when all keys were asked for. */
  Map<String, Object> inForce() {
    return inForce;
  }

  /** Notes keys that nobody asked for, here and below. */
  void refuseUnknown() {
    for (String key : given.keySet()) {
      if (!reading.describes(described(key))) {
        List<String> known = reading.keysOf(describedPath);
        String hint =
            NearestKey.of(key, known)
                .map(nearest -> " (did you mean " + nearest + "?)")
                .orElseGet(() -> " (expected: " + String.join(", ", known) + ")");
        reading.problemLine(at(key) + ": unknown" + hint);
      }
    }
    children.forEach(Section::refuseUnknown);
  }

  /** A path alone refuses a key whatever its value, {@code path=value} that value only. */
  private boolean refusedAsNotConnected(String pathOrValue, String shown) {
    String why = reading.notConnected().get(pathOrValue);
    if (why == null) {
      return false;
    }
    reading.problem(pathOrValue.replaceFirst("=.*", ""), shown, why);
    return true;
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String described(String key) {
    return describedPath.isEmpty() ? key : describedPath + "." + key;
  }
}
