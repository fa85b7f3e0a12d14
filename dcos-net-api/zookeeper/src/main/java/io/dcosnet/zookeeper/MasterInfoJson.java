// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Master;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a {@code MasterInfo} as JSON. What it does not know it steps over. */
final class MasterInfoJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private MasterInfoJson() {}

  static Master read(byte[] data) {
    try (JsonParser in = FACTORY.createParser(data)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("master: not a JSON object", 0);
      }
      MasterInfoFields fields = new MasterInfoFields();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        in.nextToken();
        switch (name) {
          case "ip" -> fields.ip = number(in);
          case "port" -> fields.port = number(in);
          case "hostname" -> fields.hostname = textOrEmpty(in);
          case "address" -> address(in, fields);
          default -> in.skipChildren();
        }
      }
      return fields.master();
    } catch (IOException e) {
      throw new DecodeException("master: not JSON: " + firstLine(e), 0);
    }
  }

  private static void address(JsonParser in, MasterInfoFields fields) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      in.skipChildren();
      return;
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      switch (name) {
        case "ip" -> fields.addressIp = text(in);
        case "port" -> fields.addressPort = number(in);
        case "hostname" -> fields.addressHostname = textOrEmpty(in);
        default -> in.skipChildren();
      }
    }
  }

  /** The number here, which may be written as {@code 5050.0}; -1 for null. */
  private static long number(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return -1;
    }
    double value = in.currentToken().isNumeric() ? in.getDoubleValue() : -1;
    if (value < 0 || value > 0xffff_ffffL || value != Math.rint(value)) {
      throw new DecodeException(
          "master: " + in.currentName() + " is no number of 32 bits",
          (int) in.currentTokenLocation().getByteOffset());
    }
    return (long) value;
  }

  private static String textOrEmpty(JsonParser in) throws IOException {
    String text = text(in);
    return text == null ? "" : text;
  }

  private static @Nullable String text(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      return in.getText();
    }
    in.skipChildren();
    return null;
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
