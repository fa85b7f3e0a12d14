// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.query.Answer;

/**
 * What a server answered to the question that it was asked. <b>Immutable.</b>
 *
 * @param answer its records as far as they belong to the question (bailiwick), with the response
 *     code; never one of {@link Answer#DROP}
 * @param truncated it has more than fits (TC); what it has must not be used
 * @param nanos time from the question to the reply
 */
public record Reply(Answer answer, boolean truncated, long nanos) {
  public Reply {
    requireNonNull(answer, "answer");
  }
}
