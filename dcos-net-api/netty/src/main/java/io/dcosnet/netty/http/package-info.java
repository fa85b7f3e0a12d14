// SPDX-License-Identifier: Apache-2.0
/**
 * The one HTTP/1.1 server of all parts: TCP, TLS and unix sockets in front of {@link
 * io.dcosnet.api.http.HttpHandler}s. Start reading at {@link io.dcosnet.netty.http.HttpServer};
 * what one connection does is in {@code HttpConnection}.
 */
@NullMarked
package io.dcosnet.netty.http;

import org.jspecify.annotations.NullMarked;
