// SPDX-License-Identifier: Apache-2.0
/**
 * Turns a query into a response, given the zones of a server: what is asked, which zone knows it,
 * what to say when nobody does. What takes time is put off: {@link
 * io.dcosnet.dns.answer.LaterAnswers} asks, and {@code Composer} answers once more. No sockets, no
 * clock but that of a scheduler. Start reading at {@link io.dcosnet.dns.answer.Responder}; {@code
 * docs/decisions/0010-two-stages.md} tells why there are two stages.
 */
@NullMarked
package io.dcosnet.dns.answer;

import org.jspecify.annotations.NullMarked;
