// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The masters as DC/OS writes them down: its file {@code master_list} is an array of addresses, the
 * cluster status of Exhibitor an array of objects with the address as {@code hostname}.
 * <b>Immutable.</b>
 *
 * @param addresses in the order of the list, each once
 * @param rejected entries that are no address
 */
public record MasterList(List<IpAddress> addresses, List<Rejection> rejected) {

  /** Enough for any cluster; what is beyond is rejected. */
  static final int MAX_MASTERS = 100;

  private static final int MAX_SHOWN = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).build())
          .build();

  public MasterList {
    addresses = List.copyOf(addresses);
    rejected = List.copyOf(rejected);
  }

  /**
   * Reads either form; a single bad entry is left out.
   *
   * @throws DecodeException when the text is no JSON array
   */
  public static MasterList parse(String json) {
    Set<IpAddress> addresses = new LinkedHashSet<>();
    List<Rejection> rejected = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new DecodeException("masters: not a JSON array", 0);
      }
      for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
        String text = entry(parser);
        Optional<IpAddress> address =
            text == null || index >= MAX_MASTERS ? Optional.empty() : IpAddress.tryParse(text);
        address.ifPresent(addresses::add);
        if (address.isEmpty() && rejected.size() < MAX_MASTERS) {
          rejected.add(rejection(index, text));
        }
      }
    } catch (IOException e) {
      throw new DecodeException("masters: not JSON: " + e.getMessage(), 0);
    }
    return new MasterList(List.copyOf(addresses), rejected);
  }

  /** The text of an entry; null when it has none. */
  private static @Nullable String entry(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    String hostname = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      boolean wanted = parser.currentName().equals("hostname");
      if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
        hostname = parser.getText();
      }
      parser.skipChildren();
    }
    return hostname;
  }

  private static Rejection rejection(int index, @Nullable String text) {
    String shown = text == null ? "no text" : "\"" + shorten(text) + "\"";
    String expected = index < MAX_MASTERS ? "an IP address" : "at most " + MAX_MASTERS + " masters";
    return new Rejection(
        "master", Integer.toString(index), "NO_ADDRESS", shown + " (expected: " + expected + ")");
  }

  private static String shorten(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }
}
