// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheContents;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.admin.PredecessorMetrics;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import io.dcosnet.standalone.metrics.RenamedFigures;
import io.dcosnet.standalone.names.OutsideHttp;
import java.util.Map;
import java.util.Set;

/**
 * What a DNS server can tell of the servers that it asks and of what it keeps of their answers.
 *
 * <p><b>Thread-safe.</b>
 */
final class OutsideReport {

  private final DnsServer server;

  OutsideReport(DnsServer server) {
    this.server = server;
  }

  /** Adds {@code /v1/upstreams} and {@code /v1/cache}, as far as there is something to tell. */
  void tell(AdminServer admin, NetRuntime net) {
    admin.status().add("dnsServer", this::summary);
    OutsideHttp.of(server, net)
        .forEach(one -> admin.resources().add(one.path(), one.says(), one.handler()));
  }

  /** Adds the figures of dcos-net about other servers, made of ours. */
  static void tell(PredecessorMetrics.Registry registry, PrometheusMetrics metrics) {
    RenamedFigures figures = metrics.renamed();
    Map<String, String> zone = Map.of("zone", "zone");
    Map<String, String> server = Map.of("proto", "protocol", "upstream", "upstream_address");
    Map<String, String> failure =
        Map.of("proto", "protocol", "upstream", "upstream_address", "reason", "reason");
    registry
        .text(
            () ->
                figures.histogram(
                    "forwarder_requests_duration_seconds",
                    "Time until other servers had answered a query",
                    "dcosnet.dns.forward.duration.nanos",
                    zone))
        .text(
            () ->
                figures.counter(
                    "forwarder_failures_total",
                    "Queries that no other server answered",
                    "dcosnet.dns.forward.requests",
                    zone,
                    "result",
                    Set.of("failed", "unasked")))
        .text(
            () ->
                figures.histogram(
                    "worker_requests_duration_seconds",
                    "Time until a server had answered",
                    "dcosnet.dns.upstream.duration.nanos",
                    server))
        .text(
            () ->
                figures.counter(
                    "worker_failures_total",
                    "Questions that a server gave no usable answer to",
                    "dcosnet.dns.upstream.failures",
                    failure,
                    "",
                    Set.of()));
  }

  private ObjectNode summary() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.put("udp", server.udpTransport());
    addresses(all.putArray("tls"), server.tlsAddresses());
    addresses(all.putArray("https"), server.httpsAddresses());
    Forwarder forwarder = server.forwarder();
    if (forwarder != null) {
      ObjectNode forwarding = all.putObject("forwarder");
      forwarding.put("waiting", forwarder.outstanding());
      forwarding.set("upstreams", OutsideHttp.upstreams(forwarder));
    }
    AnswerCache cache = server.cache();
    if (cache != null) {
      CacheContents contents = cache.contents();
      all.putObject("cache")
          .put("positiveEntries", contents.positiveEntries())
          .put("negativeEntries", contents.negativeEntries())
          .put("bytes", contents.bytes());
    }
    return all;
  }

  private static void addresses(ArrayNode array, Iterable<?> addresses) {
    addresses.forEach(address -> array.add(address.toString()));
  }
}
