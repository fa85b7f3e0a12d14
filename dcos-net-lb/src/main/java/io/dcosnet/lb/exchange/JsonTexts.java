// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collection;

/** Reads lists of texts out of JSON. <b>Stateless.</b> */
final class JsonTexts {

  private JsonTexts() {}

  /** Reads the value that the parser is at; what is no text in no list is left out. */
  static void read(JsonParser json, Collection<String> into) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        into.add(json.getText());
      } else {
        json.skipChildren();
      }
    }
  }
}
