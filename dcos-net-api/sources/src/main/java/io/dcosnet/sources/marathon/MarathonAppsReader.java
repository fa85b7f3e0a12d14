// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.App;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns the body of Marathon's {@code /v2/apps?embed=apps.tasks} into apps. Only one app at a time
 * is held as a document, so that the size of the whole does not matter much.
 *
 * <p>Unknown fields are ignored and {@code null} counts as missing. A part that does not hold what
 * it should is left out and reported; an app without an id is left out as a whole.
 *
 * <p><b>Immutable</b>; any number of documents may be read at once.
 */
public final class MarathonAppsReader {

  /** Rejections that are kept; the rest is only counted. */
  public static final int MAX_REJECTIONS = 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names are foreign input
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(200).maxNumberLength(10_000).build())
          .build();

  private MarathonAppsReader() {}

  public static MarathonAppsReader create() {
    return new MarathonAppsReader();
  }

  /**
   * Reads a whole document.
   *
   * @throws DecodeException when it is not JSON to its end, or has no list of apps
   */
  public MarathonApps read(byte[] document) {
    try {
      return read(new ByteArrayInputStream(document));
    } catch (IOException e) {
      throw new AssertionError("memory can be read", e);
    }
  }

  /**
   * Reads a whole document; the stream is not closed.
   *
   * @throws DecodeException when it is not JSON to its end, or has no list of apps
   * @throws IOException when the stream breaks
   */
  public MarathonApps read(InputStream document) throws IOException {
    requireNonNull(document, "document");
    try (JsonParser in = JSON.createParser(document)) {
      in.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      return apps(in);
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      int offset =
          place == null ? 0 : (int) Math.min(Math.max(place.getByteOffset(), 0), Integer.MAX_VALUE);
      throw new DecodeException("apps: not JSON to its end: " + e.getOriginalMessage(), offset);
    }
  }

  private static MarathonApps apps(JsonParser in) throws IOException {
    Faults faults = new Faults(MAX_REJECTIONS);
    List<App> apps = new ArrayList<>();
    boolean found = false;
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new DecodeException("apps: no JSON object (expected: {\"apps\": […]})", 0);
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = in.currentName().equals("apps");
      if (in.nextToken() == JsonToken.START_ARRAY && wanted) {
        found = true;
        readApps(in, apps, faults);
      } else {
        in.skipChildren();
      }
    }
    if (!found) {
      throw new DecodeException("apps: missing (expected: {\"apps\": […]})", 0);
    }
    if (in.nextToken() != null) {
      throw new DecodeException("apps: something follows the document", 0);
    }
    return new MarathonApps(apps, faults.kept(), faults.count());
  }

  private static void readApps(JsonParser in, List<App> apps, Faults faults) throws IOException {
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (!(JsonTree.read(in) instanceof Map<?, ?> fields)) {
        faults.add("app", "", "WRONG_TYPE", "apps (expected: objects)");
      } else if (!(fields.get("id") instanceof String id) || id.isEmpty()) {
        faults.add("app", "", "NO_ID", "an app without an id");
      } else {
        apps.add(new AppParser(id, new Fields(fields, id, faults)).app());
      }
    }
  }
}
