// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.gossip.GossipCluster;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The state of the gossip protocol as it stands. <b>Thread-safe.</b> */
final class DebugResource implements HttpHandler {

  private final GossipCluster gossip;

  DebugResource(GossipCluster gossip) {
    this.gossip = gossip;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (!request.method().equals("GET")) {
      return CompletableFuture.completedFuture(
          HttpResponse.text(405, "only GET\n").withHeader("allow", "GET, HEAD"));
    }
    return gossip.debugSnapshot().thenApply(snapshot -> HttpResponse.json(200, snapshot + "\n"));
  }
}
