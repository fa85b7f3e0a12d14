// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import io.dcosnet.api.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;

/** JSON documents as the octets that go over the wire. Every method is a pure function. */
public final class JsonText {

  private static final JsonFactory FACTORY = new JsonFactory();

  private static final JsonFactory LINES = new JsonFactory().setRootValueSeparator(",\n");

  /** One blank a level, a line for each element: what Go's encoder makes of it for Mesos-DNS. */
  private static final DefaultPrettyPrinter INDENTED =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(new DefaultIndenter(" ", "\n"))
          .withArrayIndenter(new DefaultIndenter(" ", "\n"));

  private JsonText() {}

  /** What writes a document. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole document and leaves the generator open. */
    void write(JsonGenerator json) throws IOException;
  }

  /** A document for people: one blank a level. */
  public static Bytes indented(Content content) {
    return write(content, true);
  }

  /** A document without any blank. */
  public static Bytes compact(Content content) {
    return write(content, false);
  }

  /** An array with an element a line; the content writes the elements one after the other. */
  public static Bytes lines(Content elements) {
    return write(LINES, false, "[", elements, "]");
  }

  private static Bytes write(Content content, boolean indented) {
    return write(FACTORY, indented, "", content, "");
  }

  private static Bytes write(
      JsonFactory factory, boolean indented, String begin, Content content, String end) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(512);
    // A writer in between, since names of tasks may hold halves of characters: it replaces them,
    // where the generator's own encoder would give up the document.
    try (Writer text = new OutputStreamWriter(octets, UTF_8)) {
      text.write(begin);
      JsonGenerator json = factory.createGenerator(text);
      if (indented) {
        json.setPrettyPrinter(INDENTED.createInstance());
      }
      content.write(json);
      json.flush();
      text.write(end);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return Bytes.copyOf(octets.toByteArray());
  }
}
