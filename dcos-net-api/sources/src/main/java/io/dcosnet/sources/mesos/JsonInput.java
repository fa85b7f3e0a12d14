// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import java.io.IOException;
import java.io.InputStream;

/** Opens documents of foreign origin and tells why one cannot be read. */
final class JsonInput {

  /** Reads a document from its first token to its last. */
  @FunctionalInterface
  interface Reading<T> {
    T from(JsonParser parser) throws IOException;
  }

  // Deepest place that is read: 12. The rest is headroom for parts that are only skipped.
  private static final int MAX_DEPTH = 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names are foreign input
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonInput() {}

  /**
   * Reads one document; the stream is not closed.
   *
   * @param what the document is, for messages
   * @throws StateRefusedException when nothing of it can be used
   */
  static <T> T read(String what, InputStream document, long maxBytes, Reading<T> reading) {
    try (JsonParser parser = JSON.createParser(new Utf8Reader(document, maxBytes))) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      return reading.from(parser);
    } catch (Utf8Reader.TooLargeException e) {
      String message = "more than " + maxBytes + " bytes (raise the bound to read it)";
      throw new StateRefusedException(Reason.TOO_LARGE, what, message, e);
    } catch (JsonEOFException e) {
      throw new StateRefusedException(Reason.TRUNCATED, what, "ends in the middle" + at(e), e);
    } catch (StreamConstraintsException e) {
      String message = "nested deeper than " + MAX_DEPTH + " levels" + at(e);
      throw new StateRefusedException(Reason.TOO_DEEP, what, message, e);
    } catch (JsonProcessingException e) {
      String fault = Rejections.printable(String.valueOf(e.getOriginalMessage()));
      throw new StateRefusedException(Reason.NOT_JSON, what, "not JSON" + at(e) + ": " + fault, e);
    } catch (IOException e) {
      String message = "reading broke off: " + e.getMessage();
      throw new StateRefusedException(Reason.UNREADABLE, what, message, e);
    }
  }

  private static String at(JsonProcessingException fault) {
    var place = fault.getLocation();
    return place == null ? "" : ", line " + place.getLineNr() + " column " + place.getColumnNr();
  }
}
