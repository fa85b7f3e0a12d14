// SPDX-License-Identifier: Apache-2.0
/** Tests of the HTTP server; start reading at {@link io.dcosnet.netty.http.HttpServerIT}. */
@NullMarked
package io.dcosnet.netty.http;

import org.jspecify.annotations.NullMarked;
