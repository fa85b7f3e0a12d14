// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.dcosnet.api.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** JSON documents as the octets that go over the wire. Every method is a pure function. */
public final class JsonText {

  private static final JsonFactory FACTORY = new JsonFactory();

  private static final JsonFactory LINES = new JsonFactory().setRootValueSeparator(",\n");

  private JsonText() {}

  /** What writes a document. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole document and leaves the generator open. */
    void write(JsonGenerator json) throws IOException;
  }

  /** A document with nothing between its parts. */
  public static Bytes compact(Content content) {
    return write(FACTORY, "", content, "");
  }

  /** An array with an element a line; the content writes the elements one after the other. */
  public static Bytes lines(Content elements) {
    return write(LINES, "[", elements, "]\n");
  }

  /** A field that is null where there is nothing to say. */
  public static void textOrNull(JsonGenerator json, String field, @Nullable Object value)
      throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, value.toString());
    }
  }

  private static Bytes write(JsonFactory factory, String begin, Content content, String end) {
    Octets octets = new Octets();
    // A writer in between, since ids of tasks may hold halves of characters: it replaces them,
    // where the generator's own encoder would give up the document.
    try (Writer text = new OutputStreamWriter(octets, UTF_8)) {
      text.write(begin);
      JsonGenerator json = factory.createGenerator(text);
      content.write(json);
      json.flush();
      text.write(end);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return octets.toBytes();
  }

  /** Gives what was written without a copy in between, as it may be long. */
  private static final class Octets extends ByteArrayOutputStream {
    Octets() {
      super(512);
    }

    Bytes toBytes() {
      return Bytes.copyOf(ByteBuffer.wrap(buf, 0, count));
    }
  }
}
