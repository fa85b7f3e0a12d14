// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.names;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.UpstreamStatus;
import io.dcosnet.dns.http.CacheApi;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.ReadOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The servers that a DNS server asks, and what it keeps of their answers, over HTTP. */
public final class OutsideHttp {

  private OutsideHttp() {}

  /** Something to mount, with what it is for. */
  public record Resource(String path, String says, HttpHandler handler) {}

  /** {@code /v1/upstreams} and {@code /v1/cache}, as far as there is something to tell. */
  public static List<Resource> of(DnsServer server, NetRuntime net) {
    List<Resource> resources = new ArrayList<>();
    Forwarder forwarder = server.forwarder();
    if (forwarder != null) {
      resources.add(
          new Resource(
              "/v1/upstreams",
              "servers that are asked about names outside the zones, and how they do",
              ReadOnly.at(
                  "/v1/upstreams",
                  net.executor(),
                  () -> HttpResponse.json(200, upstreams(forwarder).toPrettyString() + "\n"))));
    }
    AnswerCache cache = server.cache();
    if (cache != null) {
      resources.add(
          new Resource(
              "/v1/cache",
              "answers of other servers that are kept, /v1/cache/{name}; DELETE throws them away",
              new CacheApi(cache.contents(), net.executor(), "")));
    }
    return resources;
  }

  /** How it stands with the servers that are asked. */
  public static JsonNode upstreams(Forwarder forwarder) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (UpstreamStatus status : forwarder.status()) {
      ObjectNode one = all.addObject();
      one.put("upstream", status.upstream().toString());
      one.put("state", status.state().name().toLowerCase(Locale.ROOT));
      status.srtt().ifPresent(srtt -> one.put("srttMillis", srtt.toNanos() / 1e6));
      one.put("failures", Math.round(status.failures() * 100) / 100.0);
      one.put("outstanding", status.outstanding());
      ArrayNode routes = one.putArray("routes");
      status.routes().forEach(route -> routes.add(route.toString()));
    }
    return all;
  }
}
