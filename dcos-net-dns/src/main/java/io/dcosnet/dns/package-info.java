// SPDX-License-Identifier: Apache-2.0
/**
 * Answers DNS queries for tasks, services and virtual addresses. Start reading at {@link
 * io.dcosnet.dns.DnsServer}, whose parts are joined in {@code ServerParts}; where the names come
 * from is in {@link io.dcosnet.dns.records}, how a query is answered in {@link
 * io.dcosnet.dns.answer}, why in {@link io.dcosnet.dns.explain}, and the same over HTTP in {@link
 * io.dcosnet.dns.http}. Names outside the zones are for handlers ({@link io.dcosnet.dns.query}),
 * the {@link io.dcosnet.dns.cache} and the {@linkplain io.dcosnet.dns.forward forwarder}.
 */
@NullMarked
package io.dcosnet.dns;

import org.jspecify.annotations.NullMarked;
