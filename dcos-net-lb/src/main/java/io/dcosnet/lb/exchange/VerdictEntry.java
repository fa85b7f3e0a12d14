// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What one node makes of one back end. On the wire it is a JSON object with a version; readers take
 * newer versions and leave out fields that they do not know. <b>Immutable.</b>
 *
 * @param good false for one that does not work
 * @param sinceMillis Unix time at which the writer came to it
 */
record VerdictEntry(boolean good, long sinceMillis) {

  private static final int VERSION = 1;
  private static final JsonFactory JSON = new JsonFactory();

  Bytes encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(48);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      json.writeBooleanField("good", good);
      json.writeNumberField("since", sinceMillis);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("into memory", e);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /**
   * Reads an entry.
   *
   * @throws DecodeException for what is no JSON object, or says neither good nor bad
   */
  static VerdictEntry decode(Bytes value) {
    try (JsonParser json = JSON.createParser(value.toArray())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("verdict: " + value + " (expected: a JSON object)", 0);
      }
      Boolean good = null;
      long since = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        switch (name) {
          case "good" -> good = token.isBoolean() ? (Boolean) json.getBooleanValue() : null;
          case "since" -> since = json.getValueAsLong();
          default -> {
            // of a newer version
          }
        }
        json.skipChildren();
      }
      if (good == null) {
        throw new DecodeException("verdict: " + value + " (expected: good, true or false)", 0);
      }
      return new VerdictEntry(good, since);
    } catch (IOException e) {
      throw new DecodeException("verdict: " + e.getMessage() + " (expected: JSON)", 0);
    }
  }
}
