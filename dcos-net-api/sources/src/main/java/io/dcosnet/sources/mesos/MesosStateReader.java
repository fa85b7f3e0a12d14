// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.TaskKey;
import java.io.ByteArrayInputStream;
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
    return JsonInput.read(
        "state",
        document,
        maxBytes,
        parser -> new StateParser(parser, new Rejections(maxRejections)).state());
  }
}
