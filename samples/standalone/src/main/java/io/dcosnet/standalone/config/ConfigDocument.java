// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dcosnet.api.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A configuration as it was written: a tree of maps, lists, texts, numbers and flags.
 *
 * <p>A file whose name ends in {@code .json} is JSON, any other is YAML 1.2, of which JSON is a
 * part. A key that stands twice is refused in both.
 *
 * <p><b>Immutable.</b>
 *
 * @param base where relative file names in it start
 */
public record ConfigDocument(Map<String, @Nullable Object> tree, Path base) {

  private static final int MAX_BYTES = 4 * 1024 * 1024;

  /** Deeper than any section is, shallow enough for what refers to itself. */
  private static final int MAX_DEPTH = 16;

  /** Aliases of YAML can make a short text into a huge tree. */
  private static final int MAX_VALUES = 100_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public ConfigDocument {
    tree = Collections.unmodifiableMap(new LinkedHashMap<>(tree)); // keeps the order of the file
  }

  /** One that says nothing, for which all defaults hold. */
  public static ConfigDocument empty() {
    return new ConfigDocument(Map.of(), Path.of("").toAbsolutePath());
  }

  /**
   * Reads a file.
   *
   * @throws ConfigurationException when it cannot be read or is no such document
   */
  public static ConfigDocument load(Path file) {
    Path whole = file.toAbsolutePath();
    Path folder = whole.getParent();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_BYTES + 1); // a device has no size to ask for
      if (octets.length > MAX_BYTES) {
        throw refused(file + ": larger than " + MAX_BYTES + " bytes");
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
      boolean json = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
      return parse(text, json, file.toString(), folder == null ? whole : folder);
    } catch (CharacterCodingException e) {
      throw refused(file + ": not text in UTF-8");
    } catch (IOException e) {
      throw refused(file + ": cannot be read: " + e);
    }
  }

  /**
   * Reads a text.
   *
   * @param json false for YAML
   * @param name of the file, for messages
   */
  static ConfigDocument parse(String text, boolean json, String name, Path base) {
    Object tree = json ? readJson(text, name) : readYaml(text, name);
    if (tree == null) {
      return new ConfigDocument(Map.of(), base); // an empty file, or one of comments only
    }
    if (!(tree instanceof Map<?, ?> map)) {
      throw refused(name + ": not a document with sections (expected: node, admin, sources, dns)");
    }
    Object copy = new Copying(name).copy(map, 0);
    return new ConfigDocument(
        copy instanceof Map<?, ?> sections ? withTextKeys(sections) : Map.of(), base);
  }

  /** A key without a value stays: it must be known all the same. */
  static Map<String, @Nullable Object> withTextKeys(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }

  private static @Nullable Object readJson(String text, String name) {
    if (text.isBlank()) {
      return null;
    }
    try {
      return JSON.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      String where = place == null ? "" : place.getLineNr() + ":" + place.getColumnNr() + ": ";
      throw refused(name + ":" + where + " not JSON: " + firstLine(e.getOriginalMessage()));
    }
  }

  private static @Nullable Object readYaml(String text, String name) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setAllowDuplicateKeys(false)
            .setCodePointLimit(MAX_BYTES)
            .build();
    try {
      return new Load(settings).loadFromString(text);
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark()
              .map(mark -> (mark.getLine() + 1) + ":" + (mark.getColumn() + 1) + ":")
              .orElse("");
      throw refused(name + ":" + where + " not YAML: " + firstLine(String.valueOf(e.getProblem())));
    } catch (YamlEngineException e) {
      throw refused(name + ": not YAML: " + firstLine(String.valueOf(e.getMessage())));
    } catch (StackOverflowError e) {
      // The reader of YAML goes down by calls, as deep as the text says.
      throw refused(name + ": not YAML: lists or sections lie in one another too deep");
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static ConfigurationException refused(String reason) {
    return new ConfigurationException(List.of(reason));
  }

  /** Makes a tree of known size out of what aliases may have made a net. */
  private static final class Copying {
    private final String name;
    private int values;

    Copying(String name) {
      this.name = name;
    }

    @Nullable Object copy(@Nullable Object value, int depth) {
      values++;
      if (depth > MAX_DEPTH || values > MAX_VALUES) {
        throw refused(name + ": nested too deeply, or too large with its aliases");
      }
      if (value instanceof Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), this.copy(item, depth + 1)));
        return copy;
      }
      if (value instanceof List<?> list) {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(this.copy(item, depth + 1)));
        return copy;
      }
      return value;
    }
  }
}
