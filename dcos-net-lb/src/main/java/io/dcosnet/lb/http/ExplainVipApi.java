// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation;
import io.dcosnet.lb.VipInspection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Why a VIP is as it is: {@code /v1/explain/vip/<name or address>:<port>}, then {@code /tcp},
 * {@code /udp} or nothing; as text with {@code format=text}. It also explains why there is none.
 *
 * <p><b>Thread-safe.</b> Other nodes are asked too, which takes up to a second.
 */
public final class ExplainVipApi implements HttpHandler {

  private static final HttpResponse BAD_VIP = Replies.bad("vip", AskedVip.EXPECTED);
  private static final HttpResponse BAD_FORMAT = Replies.bad("format", "text or json");

  private final VipInspection vips;
  private final Executor executor;
  private final String path;

  /**
   * Explains the VIPs of this load balancer.
   *
   * @param executor makes the documents
   * @param prefix what stands before {@code /v1}, such as {@code /lb}; may be empty
   */
  public ExplainVipApi(VipInspection vips, Executor executor, String prefix) {
    this.vips = requireNonNull(vips, "vips");
    this.executor = requireNonNull(executor, "executor");
    path = ApiPath.checkedPrefix(prefix) + "/v1/explain/vip";
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    String below = ApiPath.below(path, request.path());
    if (below == null) {
      return Replies.now(HttpResponse.NOT_FOUND);
    } else if (!request.isRead()) {
      return Replies.now(Replies.NOT_ALLOWED);
    }
    String format = request.parameter("format").orElse("json");
    if (!format.equals("json") && !format.equals("text")) {
      return Replies.now(BAD_FORMAT);
    }
    return vips.snapshot()
        .thenCompose(
            snapshot -> {
              AskedVip asked = AskedVip.parse(below, snapshot.zone()).orElse(null);
              if (asked == null) {
                return Replies.now(BAD_VIP);
              }
              List<VipKey> found = asked.in(snapshot);
              VipKey key = found.isEmpty() ? asked.key() : found.get(0);
              return vips.explain(key)
                  .thenCompose(
                      explanation ->
                          HttpResponse.later(
                              executor, () -> answer(explanation, format.equals("text"))));
            });
  }

  private static HttpResponse answer(VipExplanation explanation, boolean asText) {
    HttpResponse response =
        asText
            ? HttpResponse.text(200, explanation.toText())
            : HttpResponse.json(explanation.toJson());
    return response.withHeader("cache-control", "no-store");
  }
}
