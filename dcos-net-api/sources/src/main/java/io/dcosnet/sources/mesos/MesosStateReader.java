// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Turns the body of a Mesos master's {@code /state} into a cluster state, in one pass and without
 * holding the document.
 *
 * <p>Unknown fields are ignored and {@code null} counts as missing. A part that does not hold what
 * it should (a port of 70000, a label without a key, a number where a name belongs) is left out and
 * reported with a code; the rest goes on. Where several fields or agents go by one name, the last
 * counts; tasks that share an id are told apart by {@link TaskKey#copy}. What is read, and how
 * field names are compared, follows {@code mesosphere/mesos-dns records/state}, so that the same
 * records come out of it.
 *
 * <p><b>Immutable</b>; any number of documents may be read at once.
 */
public final class MesosStateReader {

  /** Large clusters have states of more than 100 MB. */
  public static final long DEFAULT_MAX_BYTES = 256L * 1024 * 1024;

  /** Rejections that are kept; the rest is only counted. */
  public static final int DEFAULT_MAX_REJECTIONS = 1000;

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

  private final long maxBytes;
  private final int maxRejections;

  private MesosStateReader(long maxBytes, int maxRejections) {
    this.maxBytes = maxBytes;
    this.maxRejections = maxRejections;
  }

  /** A reader with the default bounds. */
  public static MesosStateReader create() {
    return new MesosStateReader(DEFAULT_MAX_BYTES, DEFAULT_MAX_REJECTIONS);
  }

  /** This reader with another bound on the size of a document. */
  public MesosStateReader withMaxBytes(long newMaxBytes) {
    return new MesosStateReader(newMaxBytes, maxRejections);
  }

  /** This reader with another bound on the rejections that are kept. */
  public MesosStateReader withMaxRejections(int newMaxRejections) {
    return new MesosStateReader(maxBytes, newMaxRejections);
  }

  /**
   * Reads a whole document.
   *
   * @throws StateRefusedException when nothing of it can be used
   */
  public MesosState read(byte[] document) {
    return read(new ByteArrayInputStream(document));
  }

  /**
   * Reads a whole document; the stream is not closed.
   *
   * @throws StateRefusedException when nothing of it can be used
   */
  public MesosState read(InputStream document) {
    requireNonNull(document, "document");
    try (JsonParser parser = JSON.createParser(new Utf8Reader(document, maxBytes))) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      return new StateParser(parser, new Rejections(maxRejections)).state();
    } catch (Utf8Reader.TooLargeException e) {
      throw new StateRefusedException(
          Reason.TOO_LARGE, "more than " + maxBytes + " bytes (raise the bound to read it)", e);
    } catch (JsonEOFException e) {
      throw new StateRefusedException(Reason.TRUNCATED, "ends in the middle" + at(e), e);
    } catch (StreamConstraintsException e) {
      throw new StateRefusedException(
          Reason.TOO_DEEP, "nested deeper than " + MAX_DEPTH + " levels" + at(e), e);
    } catch (JsonProcessingException e) {
      String fault = Rejections.printable(String.valueOf(e.getOriginalMessage()));
      throw new StateRefusedException(Reason.NOT_JSON, "not JSON" + at(e) + ": " + fault, e);
    } catch (IOException e) {
      throw new StateRefusedException(Reason.UNREADABLE, "reading broke off: " + e.getMessage(), e);
    }
  }

  private static String at(JsonProcessingException fault) {
    var place = fault.getLocation();
    return place == null ? "" : ", line " + place.getLineNr() + " column " + place.getColumnNr();
  }
}
