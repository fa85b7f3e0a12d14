// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.http.BearerGuard;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.PageGuard;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsContexts;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.standalone.admin.AdminResources.Resource;
import io.dcosnet.standalone.config.AdminConfig;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The admin server of a node, built in two steps: parts add what they can tell, then {@link #build}
 * makes the server of it.
 *
 * <p>Where a token is configured every resource but those of {@code /health} needs it.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
public final class AdminServer {

  private final NetRuntime net;
  private final Configuration config;
  private final String version;
  private final PrometheusMetrics metrics;
  private final AdminResources resources = new AdminResources();
  private final Health health = new Health();
  private final NodeStatus status = new NodeStatus();
  private final PredecessorMetrics predecessors;

  public AdminServer(
      NetRuntime net, Configuration config, String version, PrometheusMetrics metrics) {
    this.net = net;
    this.config = config;
    this.version = version;
    this.metrics = metrics;
    predecessors = new PredecessorMetrics(metrics);
  }

  /** For resources of parts. */
  public AdminResources resources() {
    return resources;
  }

  /** For checks of parts. */
  public Health health() {
    return health;
  }

  /** For what parts are and do. */
  public NodeStatus status() {
    return status;
  }

  /** For figures under the names of dcos-net. */
  public PredecessorMetrics predecessors() {
    return predecessors;
  }

  /**
   * Makes the server; opens nothing.
   *
   * @throws ConfigurationException when the files of the configuration cannot be used
   */
  public HttpServer build() {
    AdminConfig admin = config.admin();
    addOwnResources();
    HttpServer.Builder builder = HttpServer.builder(net).name("admin").listen(admin.listen());
    Path tokenFile = admin.tokenFile();
    for (Resource resource : resources.all()) {
      HttpHandler handler = PageGuard.of(resource.handler());
      builder.mount(
          resource.path(),
          resource.open() || tokenFile == null ? handler : guarded(handler, tokenFile));
    }
    AdminConfig.Tls tls = admin.tls();
    if (tls != null) {
      try {
        Path authorities = tls.clientAuthorities();
        builder.tls(
            authorities == null
                ? TlsContexts.server(tls.certificate(), tls.key())
                : TlsContexts.mutualServer(tls.certificate(), tls.key(), authorities));
      } catch (DcosNetException e) {
        throw refused("admin.tls: " + e.getMessage());
      }
    }
    return builder.build();
  }

  private void addOwnResources() {
    var executor = net.executor();
    resources.addOpen(
        "/health",
        "health with reasons; /health/live and /health/ready for one question",
        HealthResource.of(health, executor));
    resources.add(
        "/metrics",
        "all figures, for Prometheus",
        ReadOnly.at(
            "/metrics",
            executor,
            () -> HttpResponse.of(200, PrometheusMetrics.CONTENT_TYPE, metrics.scrape())));
    resources.add(
        "/v1/metrics",
        "figures under the names of dcos-net, /v1/metrics/{registry}",
        predecessors.resource(executor));
    resources.add(
        "/config",
        "the configuration in force, without secrets",
        ReadOnly.at("/config", executor, () -> HttpResponse.json(200, config.toJson() + "\n")));
    resources.add(
        "/v1/version",
        "the version, as dcos-net tells it",
        ReadOnly.at("/v1/version", executor, () -> HttpResponse.json(200, versionDocument())));
    resources.add("/v1/status", "what the node is and does", status.resource(health, executor));
    String list = listDocument();
    resources.add("/", "this list", ReadOnly.at("/", executor, () -> HttpResponse.json(200, list)));
  }

  /** The name of the service is that of dcos-net, which clients look for. */
  private String versionDocument() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    return document.put("Service", "dcos-dns").put("Version", version) + "\n";
  }

  private String listDocument() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    for (Resource resource : resources.all()) {
      document.put(resource.path(), resource.says());
    }
    return document.toPrettyString() + "\n";
  }

  private static HttpHandler guarded(HttpHandler handler, Path tokenFile) {
    try {
      return BearerGuard.of(Files.readString(tokenFile).strip(), handler);
    } catch (IllegalArgumentException e) {
      throw refused("admin.tokenFile: " + tokenFile + ": " + e.getMessage());
    } catch (IOException e) {
      throw refused("admin.tokenFile: " + tokenFile + " (expected: a readable file; " + e + ")");
    }
  }

  private static ConfigurationException refused(String problem) {
    return new ConfigurationException(List.of(problem));
  }
}
