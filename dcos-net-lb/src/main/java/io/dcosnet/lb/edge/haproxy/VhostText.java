// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import io.dcosnet.lb.edge.EdgeModel;
import io.dcosnet.lb.edge.EdgeService;
import io.dcosnet.lb.edge.RouteList;
import io.dcosnet.lb.edge.RouteRule;
import io.dcosnet.lb.edge.label.BasicAuth;
import io.dcosnet.lb.edge.label.Vhost;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Writes a listener for virtual hosts: first it looks up what a request is for, then it asks for
 * credentials, then it sends to HTTPS, then it hands over. <b>Confined to</b> one thread.
 */
final class VhostText {

  private static final String HOST = "txn.host";
  private static final String ROUTE = "txn.route";
  private static final String REDIRECT = "txn.redirect";

  private final ConfigText out;
  private final Output output;
  private final EdgeModel model;
  private final RouteList list;
  private final String name;
  private final boolean tls;
  private final RouteTables tables;

  VhostText(ConfigText out, Output output, EdgeModel model, boolean tls) {
    this.out = out;
    this.output = output;
    this.model = model;
    this.tls = tls;
    this.list = tls ? model.tlsRoutes() : model.plainRoutes();
    this.name = tls ? "https" : "http";
    this.tables = new RouteTables(list);
  }

  /** Writes what follows the addresses of the listener. */
  void write() {
    hostVariables(out, tls);
    out.line("http-request", "set-var(txn.name)", "var(txn.host),field(1,:)");
    out.line("http-request", "set-var(txn.path)", "path");
    out.line("http-request", "set-var(txn.folded)", "path,lower");
    if (tls) {
      new TlsSetText(out, output, model.tlsSets()).writeRules();
    }
    lookUp("", rule -> true, false, HOST);
    lookUp("-any-port", RouteRule::anyPort, false, "txn.name");
    out.line(
        "http-request",
        "set-var(txn.exact)",
        "str(1)",
        "if",
        "{",
        "var(" + ROUTE + ")",
        "-m",
        "found",
        "}",
        "||",
        "{",
        "var(" + REDIRECT + ")",
        "-m",
        "found",
        "}");
    lookUp("-wildcard", rule -> true, true, HOST);
    lookUp("-any-port-wildcard", RouteRule::anyPort, true, "txn.name");
    askForCredentials();
    if (!list.segments() && !list.redirects().isEmpty()) {
      out.line(
          "http-request",
          "redirect",
          "scheme",
          "https",
          "code",
          "301",
          "if",
          "{",
          "var(" + REDIRECT + ")",
          "-m",
          "found",
          "}");
    }
    if (list.segments() && !tls) {
      out.line(
          "http-request",
          "redirect",
          "scheme",
          "https",
          "code",
          "301",
          "if",
          "{",
          "var(" + ROUTE + ")",
          "-m",
          "sub",
          "/" + RouteTables.TLS_ONLY,
          "}");
    }
    out.line(
        "use_backend",
        "%[var(" + ROUTE + "),field(2,/)]",
        "if",
        "{",
        "var(" + ROUTE + ")",
        "-m",
        "found",
        "}");
  }

  /**
   * Notes the host that a request is for. A bar is no part of a name but ends one in our keys, so a
   * host with a bar is for nobody; one that begins with a dot has no first label for a star.
   */
  static void hostVariables(ConfigText out, boolean withoutPort) {
    String host = "req.fhdr(host),lower" + (withoutPort ? ",field(1,:)" : "");
    out.line("http-request", "set-var(" + HOST + ")", host);
    out.line(
        "http-request",
        "set-var(" + HOST + ")",
        "str(-)",
        "if",
        "{",
        "var(" + HOST + ")",
        "-m",
        "sub",
        "|",
        "}",
        "||",
        "{",
        "var(" + HOST + ")",
        "-m",
        "beg",
        ".",
        "}");
  }

  private interface Wanted extends Predicate<RouteRule> {}

  private void lookUp(String kind, Wanted wanted, boolean wildcard, String host) {
    lookUp(name + kind, list.routes(), wanted, wildcard, host, ROUTE, list.segments() && !tls);
    lookUp(name + kind + "-tls-only", list.redirects(), wanted, wildcard, host, REDIRECT, false);
  }

  private void lookUp(
      String table,
      List<RouteRule> rules,
      Wanted wanted,
      boolean wildcard,
      String host,
      String target,
      boolean marked) {
    RouteTables.Pair pair = tables.of(table, rules, wanted, wildcard, marked);
    if (pair.isEmpty()) {
      return;
    }
    List<String> open = wildcard ? List.of("!{", "var(txn.exact)", "-m", "found", "}") : List.of();
    String end = list.segments() ? ",/)" : ")";
    String start = "var(" + host + ")";
    if (wildcard) {
      out.line("http-request", "set-var(txn.parent)", start + ",field(2,.,0)");
      out.line("http-request", "set-var(txn.star)", "str(*.),concat(,txn.parent)");
      start = "var(txn.star)";
    }
    out.line("http-request", "set-var(txn.key)", start + ",concat(|,txn.path" + end);
    if (pair.folded().isEmpty()) {
      pair.cased().write(out, target, "txn.key", output, open);
      return;
    }
    out.line("http-request", "set-var(txn.fkey)", start + ",concat(|,txn.folded" + end);
    choose(pair, target, open);
  }

  /** Of a find with and one without regard to case the smaller rank counts. */
  private void choose(RouteTables.Pair pair, String target, List<String> open) {
    out.line("http-request", "unset-var(txn.cased)");
    out.line("http-request", "unset-var(txn.other)");
    List<String> still = new ArrayList<>(List.of("!{", "var(" + target + ")", "-m", "found", "}"));
    still.addAll(open);
    pair.cased().write(out, "txn.cased", "txn.key", output, still);
    pair.folded().write(out, "txn.other", "txn.fkey", output, still);
    out.line("http-request", "set-var(txn.rank)", "var(txn.other),field(1,/)");
    String[] smaller = {"{", "var(txn.cased),field(1,/),sub(txn.rank)", "gt", "0", "}"};
    take(target, "txn.cased");
    take(target, "txn.other", "!{", "var(txn.cased)", "-m", "found", "}");
    take(target, "txn.other", smaller);
  }

  private void take(String target, String from, String... condition) {
    List<String> words =
        new ArrayList<>(List.of("http-request", "set-var(" + target + ")", "var(" + from + ")"));
    words.addAll(List.of("if", "{", "var(" + from + ")", "-m", "found", "}"));
    words.addAll(List.of(condition));
    out.line(words);
  }

  private void askForCredentials() {
    if (list.segments()) {
      for (RouteRule rule : list.routes()) {
        BasicAuth auth = rule.service().labels().auth();
        if (auth != null) {
          ask(
              rule.service(),
              auth,
              "{",
              "var(" + ROUTE + "),field(2,/)",
              "-m",
              "str",
              "--",
              rule.service().name(),
              "}");
        }
      }
      return;
    }
    for (RouteRule rule : list.auths()) {
      BasicAuth auth = rule.service().labels().auth();
      if (auth != null) {
        conditions(rule, auth);
      }
    }
  }

  /** Each service has conditions of its own, so that none opens what another one closed. */
  private void conditions(RouteRule rule, BasicAuth auth) {
    String service = rule.service().name();
    boolean exact = false;
    boolean wildcard = false;
    for (Vhost vhost : rule.service().labels().vhosts()) {
      if (vhost.wildcard()) {
        out.line(
            "acl",
            "star:" + service,
            "var(" + HOST + "),field(2,.,0)",
            "-m",
            "str",
            "--",
            vhost.name());
        wildcard = true;
      } else {
        out.line("acl", "host:" + service, "var(" + HOST + ")", "-m", "str", "--", vhost.name());
        exact = true;
      }
    }
    String path = rule.path().ignoreCase() ? "var(txn.folded)" : "var(txn.path)";
    if (rule.path().prefixes().isEmpty()) {
      return; // no path is its own
    }
    for (String prefix : rule.path().prefixes()) {
      if (prefix.isEmpty()) {
        out.line("acl", "path:" + service, "always_true");
      } else {
        out.line("acl", "path:" + service, path, "-m", "beg", "--", prefix);
      }
    }
    if (exact) {
      ask(rule.service(), auth, "host:" + service, "path:" + service);
    }
    if (wildcard) {
      ask(
          rule.service(),
          auth,
          "star:" + service,
          "path:" + service,
          "!{",
          "var(txn.exact)",
          "-m",
          "found",
          "}");
    }
  }

  private void ask(EdgeService service, BasicAuth auth, String... condition) {
    List<String> words =
        new ArrayList<>(
            List.of("http-request", "auth", "realm", ConfigText.literal(auth.realm()), "if"));
    words.addAll(List.of(condition));
    words.addAll(List.of("!{", "http_auth(" + service.name() + ")", "}"));
    out.line(words);
  }
}
