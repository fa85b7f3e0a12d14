// SPDX-License-Identifier: Apache-2.0
/**
 * The zones for programs in the same process, without a query: {@link
 * io.dcosnet.dns.client.ZoneNames} finds and watches addresses and services, {@link
 * io.dcosnet.dns.client.ZoneChanges} is the stream of all changes of a zone. For Netty, give {@code
 * ZoneNames::lookup} to {@link io.dcosnet.netty.LocalNameResolverGroup}.
 */
@NullMarked
package io.dcosnet.dns.client;

import org.jspecify.annotations.NullMarked;
