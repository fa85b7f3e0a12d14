// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * A journal that lost something it had called safe. It is not opened, and nothing in it was
 * changed: going on would hand out again what somebody has already.
 */
public final class DamagedJournalException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  private final transient Path file;
  private final long offset;

  DamagedJournalException(Path file, long offset, String what) {
    super(
        "%s: damaged at byte %d: %s (restore the directory from a copy, or rebuild its content)"
            .formatted(file, offset, what));
    this.file = file;
    this.offset = offset;
  }

  /** The damaged file. */
  public Path file() {
    return file;
  }

  /** Where the damage begins, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }
}
