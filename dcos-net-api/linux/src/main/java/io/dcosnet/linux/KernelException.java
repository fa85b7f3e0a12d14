// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The kernel refused; says what was tried on what, and how it said no. */
public final class KernelException extends DcosNetException {

  @Serial private static final long serialVersionUID = 2;

  private static final int NOWHERE = -1;

  private final int number;
  private final @Nullable String words;
  private final int faultAt;

  /**
   * A refusal.
   *
   * @param tried the operation and its object, such as {@code bind udp 127.0.0.1:53}
   */
  public KernelException(String tried, Errno errno) {
    this(tried, errno, null, NOWHERE, "");
  }

  /**
   * A refusal of which the kernel told more.
   *
   * @param words what it said
   * @param faultAt at which octet of the request it took offence
   */
  public KernelException(String tried, Errno errno, Optional<String> words, OptionalInt faultAt) {
    this(
        tried,
        errno,
        words.orElse(null),
        faultAt.orElse(NOWHERE),
        words.map(said -> ": " + said).orElse("")
            + (faultAt.isPresent() ? " (at octet " + faultAt.getAsInt() + ")" : ""));
  }

  private KernelException(
      String tried, Errno errno, @Nullable String words, int faultAt, String more) {
    super(tried + ": " + errno + more);
    this.number = errno.number();
    this.words = words;
    this.faultAt = faultAt;
  }

  public Errno errno() {
    return new Errno(number);
  }

  /** What the kernel said besides the number, in its own words. */
  public Optional<String> words() {
    return Optional.ofNullable(words);
  }

  /** The octet of the request at which the kernel took offence, counted from its header. */
  public OptionalInt faultAt() {
    return faultAt == NOWHERE ? OptionalInt.empty() : OptionalInt.of(faultAt);
  }
}
