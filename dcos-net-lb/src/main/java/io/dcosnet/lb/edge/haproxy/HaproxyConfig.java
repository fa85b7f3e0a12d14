// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeOptions.EntryPorts;
import io.dcosnet.lb.edge.EdgeService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A whole configuration for HAProxy 2.6 or newer. Equal models and options give equal text.
 * <b>Immutable.</b>
 *
 * @param text of the configuration
 * @param files beside it by name, for the folder that the options name
 */
public record HaproxyConfig(String text, SortedMap<String, String> files) {

  private static final Pattern HEADER_WORD = Pattern.compile("[\\x21-\\x7e]+");

  /** For TLS 1.2; what TLS 1.3 has is all good. */
  private static final String CIPHERS =
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
          + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
          + "ECDHE-RSA-CHACHA20-POLY1305";

  public HaproxyConfig {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * The configuration for a model.
   *
   * @throws IllegalArgumentException when virtual hosts have TLS options of their own and there is
   *     no folder for the list that this takes
   */
  public static HaproxyConfig of(EdgeModel model, HaproxyOptions options) {
    return new Writing(model, options).all();
  }

  private static final class Writing {
    private final EdgeModel model;
    private final HaproxyOptions options;
    private final EntryPorts ports;
    private final ConfigText out = new ConfigText();
    private final Output output;

    Writing(EdgeModel model, HaproxyOptions options) {
      this.model = model;
      this.options = options;
      this.ports = model.options().ports();
      this.output = new Output(options.folder());
    }

    HaproxyConfig all() {
      out.comment("Made by dcos-net; changes here are lost.");
      global();
      defaults();
      List<ServiceText> services = new ArrayList<>();
      for (EdgeService service : model.services()) {
        services.add(new ServiceText(out, options, model.options().protectAllEntries(), service));
      }
      services.forEach(ServiceText::users);
      admin();
      if (model.options().virtualHosts()) {
        http();
        https();
      }
      byAppId();
      services.forEach(ServiceText::listener);
      services.forEach(ServiceText::backend);
      return new HaproxyConfig(out.toString(), output.files());
    }

    private void global() {
      out.section("global");
      if (options.maxConnections() > 0) {
        out.line("maxconn", Integer.toString(options.maxConnections()));
      }
      out.line("hard-stop-after", "10m");
      out.line("mworker-max-reloads", "8");
      out.line("spread-checks", "5");
      out.line("tune.ssl.default-dh-param", "2048");
      out.line("ssl-default-bind-options", "ssl-min-ver", "TLSv1.2", "no-tls-tickets");
      out.line("ssl-default-bind-ciphers", CIPHERS);
      String socket = options.socket();
      if (socket != null) {
        out.line(
            "stats", "socket", socket, "mode", "600", "level", "admin", "expose-fd", "listeners");
        out.line("stats", "timeout", "1m");
      }
    }

    private void defaults() {
      out.section("defaults");
      out.line("retries", "3");
      out.line("backlog", "10000");
      out.line("maxconn", "10000");
      Map<String, String> timeouts = new TreeMap<>();
      timeouts.put("connect", "3s");
      timeouts.put("client", "30s");
      timeouts.put("server", "30s");
      timeouts.put("tunnel", "3600s");
      timeouts.put("http-keep-alive", "1s");
      timeouts.put("http-request", "15s");
      timeouts.put("queue", "30s");
      timeouts.put("tarpit", "60s");
      timeouts.forEach((name, time) -> out.line("timeout", name, time));
      out.line("option", "dontlognull");
      out.line("option", "http-server-close");
      out.line("option", "redispatch");
    }

    private void admin() {
      if (ports.admin() == 0) {
        return;
      }
      out.section("frontend", "edge:admin");
      out.line("bind", ServiceText.at(options.adminAddress(), ports.admin()));
      out.line("mode", "http");
      out.line("monitor-uri", "/_haproxy_health_check");
      out.line(
          "http-request", "use-service", "prometheus-exporter", "if", "{", "path", "/metrics", "}");
      out.line("stats", "enable");
      out.line("stats", "uri", "/haproxy?stats");
    }

    private void http() {
      out.section("frontend", "edge:http");
      out.line("bind", ServiceText.at(options.bindAddress(), ports.http()));
      out.line("mode", "http");
      new VhostText(out, output, model, false).write();
    }

    private void https() {
      if (options.certificates().isEmpty()) {
        return;
      }
      out.section("frontend", "edge:https");
      List<String> bind = new ArrayList<>();
      bind.addAll(List.of("bind", ServiceText.at(options.bindAddress(), ports.https()), "ssl"));
      if (model.tlsSets().byVhost().isEmpty()) {
        options.certificates().forEach(file -> bind.addAll(List.of("crt", file)));
      } else if (options.folder() == null) {
        throw new IllegalArgumentException(
            "folder: none (expected: one, as virtual hosts have TLS options of their own)");
      } else {
        String list =
            new TlsSetText(out, output, model.tlsSets()).certificates(options.certificates());
        bind.addAll(List.of("crt-list", list));
      }
      bind.addAll(List.of("alpn", "h2,http/1.1"));
      out.line(bind);
      out.line("mode", "http");
      new VhostText(out, output, model, true).write();
    }

    private void byAppId() {
      out.section("frontend", "edge:app-id");
      out.line("bind", ServiceText.at(options.bindAddress(), ports.appId()));
      out.line("mode", "http");
      VhostText.hostVariables(out, false);
      LookupTable apps = LookupTable.exact("apps");
      model
          .byAppId()
          .forEach(
              (app, service) -> {
                // An id that no header can hold is reached by nobody.
                if (HEADER_WORD.matcher(app).matches()) {
                  apps.put(app.toLowerCase(Locale.ROOT), service.name());
                }
              });
      out.line("http-request", "set-var(txn.app)", "req.fhdr(x-marathon-app-id),lower");
      apps.write(out, "txn.service", "txn.app", output, List.of());
      out.line(
          "use_backend", "%[var(txn.service)]", "if", "{", "var(txn.service)", "-m", "found", "}");
    }
  }
}
