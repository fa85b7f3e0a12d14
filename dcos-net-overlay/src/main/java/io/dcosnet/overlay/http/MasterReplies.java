// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.Rejection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Responses of a master that say why there is nothing better. */
final class MasterReplies {

  /** A name in JavaScript, so that nothing else can be slipped into the answer. */
  private static final Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,127}");

  private MasterReplies() {}

  static HttpResponse document(ObjectNode json) {
    return HttpResponse.json(Bytes.utf8(json.toString()));
  }

  static HttpResponse bad(String reason) {
    return error(400, reason);
  }

  static HttpResponse notAllowed(String allowed) {
    return error(405, "only " + allowed).withHeader("allow", allowed);
  }

  /** Nobody can say now. */
  static HttpResponse unavailable(String reason, Duration after) {
    return error(503, reason).withHeader("retry-after", seconds(after));
  }

  /** For the header Retry-After: whole seconds, not too early. */
  static String seconds(Duration after) {
    return Long.toString(Math.max(1, after.plusMillis(999).toSeconds()));
  }

  /** A fault of ours, of which the log says more. */
  static HttpResponse failed() {
    return error(500, "it failed, the log of this master says why");
  }

  /** The leader is somewhere else: the same request goes there. */
  static HttpResponse elsewhere(HttpRequest request, URI leader) {
    String path = leader.getRawPath();
    StringBuilder target = new StringBuilder();
    target.append(leader.getScheme()).append("://").append(leader.getRawAuthority());
    target.append(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    target.append(request.path());
    char separator = '?';
    for (Map.Entry<String, List<String>> parameter : request.query().entrySet()) {
      for (String value : parameter.getValue()) {
        target.append(separator).append(encoded(parameter.getKey()));
        target.append('=').append(encoded(value));
        separator = '&';
      }
    }
    return error(307, "the leader is elsewhere").withHeader("location", target.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Something in the way of what was asked for, piece by piece. */
  static HttpResponse conflict(String reason, List<Rejection> pieces) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("error", reason);
    MasterJson.rejections(json.putArray("reasons"), pieces);
    return HttpResponse.json(409, json.toString());
  }

  private static HttpResponse error(int status, String reason) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("error", reason);
    return HttpResponse.json(status, json.toString());
  }

  static boolean isCallback(String name) {
    return CALLBACK.matcher(name).matches();
  }

  /** As libprocess answers {@code ?jsonp=}. */
  static HttpResponse script(HttpResponse json, String callback) {
    String text = callback + "(" + json.body().toUtf8() + ");";
    return HttpResponse.of(json.status(), "text/javascript", text);
  }
}
