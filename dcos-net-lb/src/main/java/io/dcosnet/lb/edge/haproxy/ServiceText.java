// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.edge.EdgeServer;
import io.dcosnet.lb.edge.EdgeService;
import io.dcosnet.lb.edge.ServerCheck;
import io.dcosnet.lb.edge.label.Balance;
import io.dcosnet.lb.edge.label.BasicAuth;
import io.dcosnet.lb.edge.label.PortLabels;
import io.dcosnet.lb.edge.label.Vhost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes what belongs to one service. <b>Confined to</b> one thread. */
final class ServiceText {

  private static final String HSTS = "max-age=15768000"; // half a year, as Marathon-LB

  private final ConfigText out;
  private final HaproxyOptions options;
  private final boolean protectAll;
  private final EdgeService service;
  private final PortLabels labels;

  ServiceText(ConfigText out, HaproxyOptions options, boolean protectAll, EdgeService service) {
    this.out = out;
    this.options = options;
    this.protectAll = protectAll;
    this.service = service;
    this.labels = service.labels();
  }

  /** The credentials that are asked for. */
  void users() {
    BasicAuth auth = labels.auth();
    if (auth != null && service.http()) {
      out.section("userlist", service.name());
      out.line("user", auth.user(), "password", auth.hash());
    }
  }

  /** The listener of the service port. */
  void listener() {
    if (!service.listens()) {
      return;
    }
    out.section("frontend", service.name());
    String address =
        labels.bindAddress().equals("*") ? options.bindAddress() : labels.bindAddress();
    List<String> bind = new ArrayList<>(List.of("bind", at(address, service.port())));
    if (!labels.certificates().isEmpty()) {
      bind.add("ssl");
      labels.certificates().forEach(file -> bind.addAll(List.of("crt", file)));
    }
    bind.addAll(labels.bindOptions().words());
    out.line(bind);
    out.line("mode", service.http() ? "http" : "tcp");
    if (service.http()) {
      VhostText.hostVariables(out, false);
    }
    out.line("default_backend", service.name());
  }

  /** The servers, and what happens to requests on the way there. */
  void backend() {
    out.section("backend", service.name());
    out.line("mode", service.http() ? "http" : "tcp");
    Balance balance = labels.balance();
    boolean blind = balance.needsHttp() && !service.http();
    String algorithm = blind ? Balance.ROUND_ROBIN.text() : balance.text();
    List<String> words = new ArrayList<>(List.of("balance"));
    words.addAll(List.of(algorithm.split(" ", -1)));
    out.line(words);
    clients();
    if (service.http()) {
      requests();
      answers();
    }
    check();
    service.servers().forEach(this::server);
    if (options.slots() > 0 && balance.isStatic() && !blind) {
      out.line("server-template", "slot", "1-" + options.slots(), "0.0.0.0:1", "disabled");
    }
  }

  private void clients() {
    BasicAuth auth = labels.auth();
    if (protectAll && auth != null && service.http()) {
      out.line(
          "http-request",
          "auth",
          "realm",
          ConfigText.literal(auth.realm()),
          "if",
          "!{",
          "http_auth(" + service.name() + ")",
          "}");
    }
    if (labels.allowed().isEmpty()) {
      return;
    }
    for (Cidr range : labels.allowed()) {
      out.line("acl", "allowed", "src", range.toString());
    }
    if (service.http()) {
      out.line("http-request", "deny", "deny_status", "403", "if", "!allowed");
    } else {
      out.line("tcp-request", "content", "reject", "if", "!allowed");
    }
  }

  private void requests() {
    String root = labels.rootRedirect();
    if (root != null && labels.hasVhosts()) {
      for (Vhost vhost : labels.vhosts()) {
        String host = vhost.wildcard() ? "var(txn.host),field(2,.,0)" : "var(txn.host)";
        out.line("acl", "own", host, "-m", "str", "--", vhost.name());
      }
      out.line(
          "http-request",
          "redirect",
          "location",
          ConfigText.literal(root),
          "code",
          "301",
          "if",
          "own",
          "{",
          "path",
          "-m",
          "str",
          "/",
          "}");
    }
    forwarded();
    String proxied = labels.proxyPath();
    if (proxied == null) {
      return;
    }
    firstName().ifPresent(host -> out.line("http-request", "set-header", "Host", host));
    // By length and not by a pattern, so that nothing of a label is ever read as one.
    out.line(
        "http-request",
        "set-path",
        "%[path,bytes(" + proxied.length() + ")]",
        "if",
        "{",
        "path",
        "-m",
        "beg",
        "--",
        proxied + "/",
        "}");
    out.line("http-request", "set-path", "/", "if", "{", "path", "-m", "str", "--", proxied, "}");
  }

  private Optional<String> firstName() {
    return labels.vhosts().stream().filter(vhost -> !vhost.wildcard()).map(Vhost::name).findFirst();
  }

  /** What clients write themselves is kept only where it comes from a proxy that is known. */
  private void forwarded() {
    out.line("option", "forwardfor");
    if (options.trusted().isEmpty()) {
      out.line("http-request", "del-header", "X-Forwarded-For");
      out.line("http-request", "del-header", "X-Forwarded-Host");
      out.line("http-request", "set-header", "X-Forwarded-Port", "%[dst_port]");
      out.line(
          "http-request", "set-header", "X-Forwarded-Proto", "https", "if", "{", "ssl_fc", "}");
      out.line(
          "http-request", "set-header", "X-Forwarded-Proto", "http", "if", "!{", "ssl_fc", "}");
      return;
    }
    for (Cidr range : options.trusted()) {
      out.line("acl", "trusted", "src", range.toString());
    }
    for (String header : List.of("For", "Host", "Port", "Proto")) {
      out.line("http-request", "del-header", "X-Forwarded-" + header, "if", "!trusted");
    }
    out.line("acl", "port_told", "req.hdr(X-Forwarded-Port)", "-m", "found");
    out.line("acl", "told", "req.hdr(X-Forwarded-Proto)", "-m", "found");
    out.line("http-request", "set-header", "X-Forwarded-Port", "%[dst_port]", "if", "!port_told");
    out.line(
        "http-request",
        "set-header",
        "X-Forwarded-Proto",
        "https",
        "if",
        "!told",
        "{",
        "ssl_fc",
        "}");
    out.line(
        "http-request",
        "set-header",
        "X-Forwarded-Proto",
        "http",
        "if",
        "!told",
        "!{",
        "ssl_fc",
        "}");
  }

  private void answers() {
    String path = labels.reversePath();
    if (path != null) {
      out.line("acl", "here", "res.hdr(Location)", "-m", "reg", "--", "^/([^/]|$)");
      for (Vhost vhost : labels.vhosts()) {
        String name = (vhost.wildcard() ? "[^./:]+\\." : "") + vhost.name().replace(".", "\\.");
        out.line(
            "acl",
            "here",
            "res.hdr(Location)",
            "-m",
            "reg",
            "-i",
            "--",
            "^https?://" + name + "(:[0-9]+)?/");
      }
      out.line("http-response", "set-header", "Location", ConfigText.literal(path), "if", "here");
    }
    if (labels.hsts()) {
      out.line("http-response", "set-header", "Strict-Transport-Security", HSTS);
    }
    if (labels.sticky()) {
      out.line("cookie", "mesosphere_server_id", "insert", "indirect", "nocache");
    }
  }

  private void check() {
    ServerCheck check = service.check();
    if (check == null || check.kind() == ServerCheck.Kind.TCP) {
      return;
    }
    out.line("option", "httpchk", "GET", check.path());
    out.line("timeout", "check", check.timeout().toMillis() + "ms");
  }

  private void server(EdgeServer server) {
    List<String> words = new ArrayList<>(List.of("server", server.name(), at(server.address())));
    words.addAll(List.of("id", Integer.toString(server.id())));
    if (labels.sticky() && service.http()) {
      words.addAll(List.of("cookie", server.cookie()));
    }
    ServerCheck check = service.check();
    if (check != null) {
      words.addAll(List.of("check", "inter", check.interval().toMillis() + "ms"));
      words.addAll(List.of("fall", Integer.toString(check.fall())));
      words.addAll(List.of("rise", Integer.toString(ServerCheck.RISE)));
      if (server.checkPort() != 0) {
        words.addAll(List.of("port", Integer.toString(server.checkPort())));
      }
      if (check.kind() == ServerCheck.Kind.HTTPS) {
        words.addAll(List.of("check-ssl", "verify", "none"));
      }
    }
    if (server.drained()) {
      words.add("disabled");
    }
    out.line(words);
  }

  private static String at(HostPort place) {
    return at(place.address().toString(), place.port());
  }

  /** An address with a port, as HAProxy reads it. */
  static String at(String address, int port) {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
