// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets that carry DNS messages to and from a {@link io.dcosnet.dns.answer.Front}: UDP by event
 * loops or by threads of its own, TCP with its framing and limits, TLS and HTTPS. Start reading at
 * {@link io.dcosnet.dns.transport.DnsListener}.
 */
@NullMarked
package io.dcosnet.dns.transport;

import org.jspecify.annotations.NullMarked;
