// SPDX-License-Identifier: Apache-2.0
/**
 * Answers DNS queries for tasks, services and virtual addresses. Start reading at {@link
 * io.dcosnet.dns.DnsServer}; where the names come from is in {@link io.dcosnet.dns.records}, how a
 * query is answered in {@link io.dcosnet.dns.answer}, why in {@link io.dcosnet.dns.explain}, and
 * the same over HTTP in {@link io.dcosnet.dns.http}.
 */
@NullMarked
package io.dcosnet.dns;

import org.jspecify.annotations.NullMarked;
