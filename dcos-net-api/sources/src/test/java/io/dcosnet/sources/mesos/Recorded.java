// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The stream that was written down for tests, as bytes, and what should run after each event. */
final class Recorded {

  private final byte[] wire;
  private final List<List<String>> servingAfter;

  private Recorded(byte[] wire, List<List<String>> servingAfter) {
    this.wire = wire;
    this.servingAfter = servingAfter;
  }

  byte[] wire() {
    return wire.clone();
  }

  List<List<String>> servingAfter() {
    return servingAfter;
  }

  static Recorded stream() {
    try (JsonParser in =
        new JsonFactory().createParser(States.resource("own-mesos-v1-stream.json"))) {
      byte[] wire = {};
      List<List<String>> serving = new ArrayList<>();
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        in.nextToken();
        if (name.equals("wire")) {
          wire = in.getText().getBytes(StandardCharsets.UTF_8);
        } else if (name.equals("servingAfter")) {
          while (in.nextToken() == JsonToken.START_ARRAY) {
            List<String> ids = new ArrayList<>();
            while (in.nextToken() == JsonToken.VALUE_STRING) {
              ids.add(in.getText());
            }
            serving.add(ids);
          }
        } else {
          in.skipChildren();
        }
      }
      return new Recorded(wire, serving);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
