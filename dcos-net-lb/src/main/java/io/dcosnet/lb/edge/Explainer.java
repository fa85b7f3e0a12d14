// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.edge.EdgeExplanation.Outcome;
import io.dcosnet.lb.edge.RouteRule.AskedHost;
import io.dcosnet.lb.edge.TlsSets.TlsSet;
import io.dcosnet.lb.edge.auth.CryptHash;
import io.dcosnet.lb.edge.auth.CryptHash.Verdict;
import io.dcosnet.lb.edge.label.BasicAuth;
import io.dcosnet.lb.edge.label.Vhost;
import io.dcosnet.lb.internal.Shown;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Walks one request through a model, and notes why it goes where it goes. */
final class Explainer {

  static final String COOKIE = "mesosphere_server_id";
  private static final String APP_ID = "X-Marathon-App-Id";

  private final EdgeModel model;
  private final List<String> why = new ArrayList<>();

  Explainer(EdgeModel model) {
    this.model = model;
  }

  EdgeExplanation explain(EdgeRequest request) {
    return switch (request.entry()) {
      case HTTP -> virtualHost(request, false);
      case HTTPS -> virtualHost(request, true);
      case APP_ID -> byAppId(request);
      case SERVICE -> byPort(request);
    };
  }

  private EdgeExplanation virtualHost(EdgeRequest request, boolean tls) {
    if (!model.options().virtualHosts()) {
      return nobody(Outcome.REFUSED, 0, "the ports for virtual hosts are not bound");
    }
    AskedHost host = AskedHost.of(request.host());
    if (tls && misdirected(request.sni(), host)) {
      return nobody(
          Outcome.ANSWERED,
          421,
          "SNI " + Shown.quoted(String.valueOf(request.sni())) + " has other TLS options");
    }
    RouteList list = tls ? model.tlsRoutes() : model.plainRoutes();
    RouteList.Found found = list.find(host, request.pathWithoutQuery());
    for (RouteRule rule : found.auths()) {
      if (!isKnown(request, rule.service())) {
        return answer(rule.service(), 401, null);
      }
    }
    RouteRule redirect = found.redirect();
    if (redirect != null) {
      return redirect(request, redirect.service());
    }
    RouteRule route = found.route();
    if (route == null) {
      return nobody(
          Outcome.ANSWERED,
          503,
          "no rule for host "
              + Shown.quoted(host.whole())
              + " and path "
              + Shown.quoted(request.path()));
    }
    EdgeService service = route.service();
    why.add("virtual host " + Shown.quoted(host.name()) + " leads to " + service.name());
    if (list.segments()) {
      if (!tls && service.labels().redirectToHttps()) {
        return redirect(request, service);
      }
      if (!isKnown(request, service)) {
        return answer(service, 401, null);
      }
    }
    return atService(request, service, tls ? host.name() : host.whole());
  }

  private boolean misdirected(@Nullable String sni, AskedHost host) {
    TlsSet shown = sni == null ? TlsSet.DEFAULT : model.tlsSets().of(sni.toLowerCase(Locale.ROOT));
    return !shown.equals(model.tlsSets().of(host.name()));
  }

  private EdgeExplanation redirect(EdgeRequest request, EdgeService service) {
    why.add(service.name() + " is served over TLS only");
    return answer(service, 301, "https://" + request.host() + request.path());
  }

  private EdgeExplanation byAppId(EdgeRequest request) {
    String id = request.headers().get(APP_ID);
    EdgeService service = id == null ? null : model.byAppId().get(id);
    if (service == null) {
      return nobody(
          Outcome.ANSWERED, 503, "no HTTP service of app " + Shown.quoted(String.valueOf(id)));
    }
    why.add("app " + service.app() + " is " + service.name());
    return protectedService(request, service);
  }

  private EdgeExplanation byPort(EdgeRequest request) {
    for (EdgeService service : model.services()) {
      if (service.listens() && service.port() == request.port()) {
        why.add("port " + service.port() + " is " + service.name());
        return service.http() ? protectedService(request, service) : connection(request, service);
      }
    }
    return nobody(Outcome.REFUSED, 0, "nothing listens on port " + request.port());
  }

  private EdgeExplanation protectedService(EdgeRequest request, EdgeService service) {
    if (model.options().protectAllEntries() && !isKnown(request, service)) {
      return answer(service, 401, null);
    }
    return atService(request, service, request.host().toLowerCase(Locale.ROOT));
  }

  private EdgeExplanation connection(EdgeRequest request, EdgeService service) {
    if (!isAllowed(request.source(), service)) {
      return new EdgeExplanation(Outcome.CLOSED, 0, List.of(), null, service.name(), why);
    }
    if (service.servers().stream().allMatch(EdgeServer::drained)) {
      why.add("no server of " + service.name() + " takes new connections");
      return new EdgeExplanation(Outcome.CLOSED, 0, List.of(), null, service.name(), why);
    }
    return served(service, candidates(service));
  }

  private EdgeExplanation atService(EdgeRequest request, EdgeService service, String host) {
    if (!isAllowed(request.source(), service)) {
      return answer(service, 403, null);
    }
    String target = service.labels().rootRedirect();
    if (target != null && request.pathWithoutQuery().equals("/") && isVhost(service, host)) {
      why.add("/ is sent to " + target);
      return answer(service, 301, target);
    }
    List<EdgeServer> candidates = candidates(service);
    if (candidates.isEmpty()) {
      why.add("no server of " + service.name() + " takes new requests");
      return answer(service, 503, null);
    }
    return served(service, sticky(request, service, candidates));
  }

  private static boolean isVhost(EdgeService service, String host) {
    for (Vhost vhost : service.labels().vhosts()) {
      if (vhost.matches(host)) {
        return true;
      }
    }
    return false;
  }

  private static List<EdgeServer> candidates(EdgeService service) {
    return service.servers().stream().filter(server -> !server.drained()).toList();
  }

  private List<EdgeServer> sticky(
      EdgeRequest request, EdgeService service, List<EdgeServer> candidates) {
    String cookies = service.labels().sticky() ? request.headers().get("Cookie") : null;
    if (cookies == null) {
      return candidates;
    }
    for (String cookie : cookies.split(";", -1)) {
      for (EdgeServer server : candidates) {
        if (cookie.strip().equals(COOKIE + "=" + server.cookie())) {
          why.add("the cookie names " + server.name());
          return List.of(server);
        }
      }
    }
    return candidates;
  }

  private EdgeExplanation served(EdgeService service, List<EdgeServer> servers) {
    why.add("served by " + servers.size() + " of " + service.servers().size() + " servers");
    List<HostPort> places = servers.stream().map(EdgeServer::address).toList();
    return new EdgeExplanation(Outcome.ANSWERED, 200, places, null, service.name(), why);
  }

  private boolean isAllowed(@Nullable IpAddress source, EdgeService service) {
    if (service.labels().allowed().isEmpty() || source == null) {
      return true;
    }
    boolean allowed = service.labels().allowed().stream().anyMatch(range -> range.contains(source));
    if (!allowed) {
      why.add(source + " is not among the clients of " + service.name());
    }
    return allowed;
  }

  private boolean isKnown(EdgeRequest request, EdgeService service) {
    BasicAuth auth = service.labels().auth();
    if (auth == null) {
      return true;
    }
    String[] shown = credentials(request.headers().get("Authorization"));
    Verdict verdict =
        shown.length == 2 && shown[0].equals(auth.user())
            ? CryptHash.check(auth.hash(), shown[1])
            : Verdict.WRONG;
    why.add(
        switch (verdict) {
          case RIGHT -> "credentials are those of " + service.name();
          case WRONG -> "realm " + auth.realm() + " of " + service.name() + " asks for credentials";
          case UNKNOWN ->
              "the password of " + service.name() + " has a form that only the proxy knows";
        });
    return verdict == Verdict.RIGHT;
  }

  private static String[] credentials(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return new String[0];
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(header.substring(6).strip());
      return new String(decoded, StandardCharsets.UTF_8).split(":", 2);
    } catch (IllegalArgumentException e) {
      return new String[0]; // not Base64: no credentials
    }
  }

  private EdgeExplanation answer(EdgeService service, int status, @Nullable String location) {
    return new EdgeExplanation(Outcome.ANSWERED, status, List.of(), location, service.name(), why);
  }

  private EdgeExplanation nobody(Outcome outcome, int status, String reason) {
    why.add(reason);
    return new EdgeExplanation(outcome, status, List.of(), null, "", why);
  }
}
