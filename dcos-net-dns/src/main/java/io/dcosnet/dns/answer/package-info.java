// SPDX-License-Identifier: Apache-2.0
/**
 * Turns a query into a response, given the zones of a server: what is asked, which zone knows it,
 * what to say when nobody does. No sockets, no clock. Start reading at {@link
 * io.dcosnet.dns.answer.Responder}.
 */
@NullMarked
package io.dcosnet.dns.answer;

import org.jspecify.annotations.NullMarked;
