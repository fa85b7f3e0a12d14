// SPDX-License-Identifier: Apache-2.0
/**
 * Small immutable values of the network: addresses, prefixes, ports, node identity. Text is parsed
 * without ever asking a name server. Start reading at {@link io.dcosnet.api.net.IpAddress}.
 */
@NullMarked
package io.dcosnet.api.net;

import org.jspecify.annotations.NullMarked;
