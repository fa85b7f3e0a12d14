// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import java.util.concurrent.CompletionStage;

/**
 * Answers requests below one path; mounted in our HTTP server or in the host's own web stack.
 *
 * <p>Called from several threads at once; must not block. A failed stage or an exception becomes
 * status 500 without details.
 */
@FunctionalInterface
public interface HttpHandler {
  CompletionStage<HttpResponse> handle(HttpRequest request);
}
