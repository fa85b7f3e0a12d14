// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One of many requests that the kernel refused. <b>Immutable.</b>
 *
 * @param index its place among the requests, from 0; -1 for all of them together
 * @param request what was asked
 * @param errno why not
 * @param words what the kernel said besides
 * @param faultAt the octet of the request at which the kernel took offence
 */
public record Refusal(
    int index, Request request, Errno errno, Optional<String> words, OptionalInt faultAt) {

  private static final Set<Errno> ABSENCE =
      Set.of(Errno.ENOENT, Errno.ESRCH, Errno.ENODEV, Errno.EADDRNOTAVAIL);

  /** Whether it means, for something that was to be deleted, that it is not there. */
  public boolean isAbsence() {
    return ABSENCE.contains(errno);
  }

  /** The same to be thrown. */
  public KernelException toException() {
    return new KernelException(request.tried(), errno, words, faultAt);
  }

  /** As {@link #toException} says it. */
  @Override
  public String toString() {
    return String.valueOf(toException().getMessage());
  }
}
