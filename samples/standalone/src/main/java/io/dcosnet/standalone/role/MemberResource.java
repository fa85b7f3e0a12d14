// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.standalone.gossip.MemberDocuments;
import io.dcosnet.standalone.gossip.MemberNames;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One member by its name or id, and below it {@code /why}: how this node came to its belief.
 *
 * <p><b>Thread-safe.</b>
 */
final class MemberResource implements HttpHandler {

  static final String PATH = "/v1/gossip/member";

  private static final String WHY = "/why";

  private final GossipCluster gossip;
  private final MemberNames names;

  MemberResource(GossipCluster gossip, MemberNames names) {
    this.gossip = gossip;
    this.names = names;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (!request.method().equals("GET")) {
      return now(HttpResponse.text(405, "only GET\n").withHeader("allow", "GET, HEAD"));
    }
    String below = request.path().substring(PATH.length());
    boolean why = below.endsWith(WHY);
    String asked = why ? below.substring(0, below.length() - WHY.length()) : below;
    if (!asked.matches("/[^/]+")) {
      return now(HttpResponse.text(404, "nothing here; ask for " + PATH + "/{name or id}/why\n"));
    }
    Optional<Member> member = names.find(asked.substring(1)).flatMap(gossip.membership()::byId);
    if (member.isEmpty()) {
      return now(HttpResponse.text(404, asked.substring(1) + ": no such member is known here\n"));
    }
    ObjectNode document = MemberDocuments.member(member.get(), names);
    if (!why) {
      return now(HttpResponse.json(200, document.toPrettyString() + "\n"));
    }
    return gossip
        .why(member.get().id())
        .thenApply(
            steps -> {
              document.set("steps", MemberDocuments.steps(steps, names));
              return HttpResponse.json(200, document.toPrettyString() + "\n");
            });
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
