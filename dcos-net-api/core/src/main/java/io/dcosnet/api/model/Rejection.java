// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

/**
 * One part of an input that was refused while the rest went on. <b>Immutable.</b>
 *
 * @param kind of the part: {@code task}, {@code agent}, {@code framework}, {@code label}, …
 * @param subject its id or name, as far as it could be read
 * @param code stable upper-case word for metrics and tests, such as {@code VIP_BAD_PORT}
 * @param detail for a person: what was found and what was expected
 */
public record Rejection(String kind, String subject, String code, String detail) {
  public Rejection {
    requireNonNull(kind, "kind");
    requireNonNull(subject, "subject");
    requireNonNull(code, "code");
    requireNonNull(detail, "detail");
  }
}
