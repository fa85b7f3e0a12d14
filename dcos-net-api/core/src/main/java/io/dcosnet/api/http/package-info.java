// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP requests and responses as plain values, so that a host can mount our resources in its own
 * web stack. Start reading at {@link io.dcosnet.api.http.HttpHandler}.
 */
@NullMarked
package io.dcosnet.api.http;

import org.jspecify.annotations.NullMarked;
