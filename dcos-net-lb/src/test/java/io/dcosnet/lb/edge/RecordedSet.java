// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.model.App;
import io.dcosnet.lb.edge.EdgeRequest.Entry;
import io.dcosnet.sources.marathon.MarathonAppsReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Apps with requests, and what was recorded of the real Marathon-LB for each of them.
 *
 * @param apps in the order of the file
 */
public record RecordedSet(List<App> apps, List<Exchange> exchanges) {

  /**
   * One request with what was seen.
   *
   * @param status as text, {@code refused} where nothing listened
   * @param location empty for none
   */
  public record Exchange(
      EdgeRequest request, String status, List<String> servers, String location) {}

  /** Reads {@code own-routing-<n>.json}. */
  public static RecordedSet read(int n) {
    return read(n, UnaryOperator.identity());
  }

  /** Reads it with its text changed, such as for addresses and ports that are free here. */
  public static RecordedSet read(int n, UnaryOperator<String> change) {
    String name = "own-routing-" + n + ".json";
    try (InputStream in =
        Objects.requireNonNull(RecordedSet.class.getResourceAsStream(name), name)) {
      byte[] document = change.apply(new String(in.readAllBytes(), UTF_8)).getBytes(UTF_8);
      return new RecordedSet(
          MarathonAppsReader.create().read(document).apps(), exchanges(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Exchange> exchanges(byte[] document) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    try (JsonParser in = new JsonFactory().createParser(document)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = in.currentName().equals("requests");
        in.nextToken();
        if (!wanted) {
          in.skipChildren();
          continue;
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
          Map<String, String> flat = new TreeMap<>();
          flatten(in, "", flat);
          exchanges.add(exchange(flat));
        }
      }
    }
    return exchanges;
  }

  private static void flatten(JsonParser in, String name, Map<String, String> flat)
      throws IOException {
    if (in.currentToken() == JsonToken.START_OBJECT) {
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String inner = name + "/" + in.currentName();
        in.nextToken();
        flatten(in, inner, flat);
      }
    } else if (in.currentToken() == JsonToken.START_ARRAY) {
      for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
        flatten(in, name + "/" + i, flat);
      }
    } else {
      flat.put(name, in.getText());
    }
  }

  private static Exchange exchange(Map<String, String> flat) {
    Map<String, String> headers = new LinkedHashMap<>();
    List<String> servers = new ArrayList<>();
    flat.forEach(
        (name, value) -> {
          if (name.startsWith("/headers/")) {
            headers.put(name.substring("/headers/".length()), value);
          } else if (name.startsWith("/expect/servers/")) {
            servers.add(value);
          }
        });
    EdgeRequest request =
        new EdgeRequest(
            entry(flat.getOrDefault("/entry", "")),
            Integer.parseInt(flat.getOrDefault("/port", "0")),
            flat.get("/sni"),
            flat.getOrDefault("/host", ""),
            flat.getOrDefault("/path", "/"),
            headers,
            null);
    return new Exchange(
        request,
        flat.getOrDefault("/expect/status", ""),
        servers,
        flat.getOrDefault("/expect/location", ""));
  }

  private static Entry entry(String word) {
    return switch (word) {
      case "http" -> Entry.HTTP;
      case "https" -> Entry.HTTPS;
      case "appid" -> Entry.APP_ID;
      case "service" -> Entry.SERVICE;
      default -> throw new AssertionError("entry " + word);
    };
  }
}
