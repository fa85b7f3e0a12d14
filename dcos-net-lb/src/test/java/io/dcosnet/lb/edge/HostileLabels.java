// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.model.App;
import java.util.ArrayList;
import java.util.List;

/** Apps whose owners try everything that a label can hold. */
public final class HostileLabels {

  /** All labels, without {@code HAPROXY_}. */
  public static final List<String> LABELS =
      List.of(
          "GROUP",
          "DEPLOYMENT_GROUP",
          "DEPLOYMENT_ALT_PORT",
          "DEPLOYMENT_COLOUR",
          "DEPLOYMENT_STARTED_AT",
          "DEPLOYMENT_TARGET_INSTANCES",
          "DEPLOYMENT_NEW_INSTANCES",
          "APP_ID",
          "0_GROUP",
          "0_ENABLED",
          "0_PORT",
          "0_BIND_ADDR",
          "0_BIND_OPTIONS",
          "0_SSL_CERT",
          "0_MODE",
          "0_BALANCE",
          "0_VHOST",
          "0_PATH",
          "0_BACKEND_WEIGHT",
          "0_AUTH",
          "0_REDIRECT_TO_HTTPS",
          "0_USE_HSTS",
          "0_STICKY",
          "0_HTTP_BACKEND_PROXYPASS_PATH",
          "0_HTTP_BACKEND_REVPROXY_PATH",
          "0_HTTP_BACKEND_REDIR",
          "0_BACKEND_NETWORK_ALLOWED_ACL",
          "0_BACKEND_HEALTHCHECK_PORT_INDEX",
          "0_BACKEND_HEAD",
          "0_HTTP_FRONTEND_ACL",
          "0_USERLIST_HEAD");

  /** Values that end lines, words, quotes and patience. */
  public static final List<String> VALUES =
      List.of(
          "",
          " ",
          "\n",
          "x\n  http-request deny",
          "x\r\nbackend evil",
          "roundrobin\u2028http-request deny",
          "roundrobin\u0085deny",
          "\u0000",
          "\ud800",
          "*",
          "-i",
          "-f /etc/passwd",
          "/",
          "/x",
          "/'",
          "/\"x\\y",
          "/x if { always_true }",
          "/x}|{",
          "/%[src]",
          "/%s%n%d",
          "/${HOME}",
          "/$HOME\"$HOME",
          "/a\\1(.*)[b",
          "/#comment",
          "'",
          "\"",
          "\\",
          "#",
          "realm:user:$6$abc$def",
          "real'm %[src] #:us'er:$6$abc$def",
          "realm:user:pass word",
          "r:u:\"x\"",
          "-1",
          "0",
          "65536",
          "99999999999999999999",
          "0x50",
          "127.0.0.1",
          "::1",
          "0.0.0.0/0",
          "127.0.0.1 127.0.0.1/33",
          "ssl crt /etc/passwd",
          "name x user root",
          "accept-proxy",
          "accept-proxy ".repeat(60),
          "http",
          "tcp",
          "HTTP",
          "true",
          "leastconn",
          "url_param x",
          "hdr(x-'y)",
          "hdr(cookie)",
          "uri depth 3",
          "random(2)",
          "source",
          "2020-01-01T00:00:00Z",
          "/good",
          "zz.example.net",
          "*.example.org",
          "*.*.example.org",
          "münchen.example.net",
          "a|b.example.net",
          "a.example.net,b.example.net, ,",
          "xn--",
          "x".repeat(300) + ".example.net",
          "/" + "p/".repeat(1500),
          "/a ".repeat(1300),
          "h.example.net,".repeat(1200) + "x",
          "y".repeat(70_000));

  /** What no app of others may change. */
  public static final App GOOD =
      TestEdge.web("/good", 10001, "192.0.2.2:31001", "0_VHOST", "good.example.org,x.example.org");

  private HostileLabels() {}

  /** One app for each label with each value; all sort behind the good one. */
  public static List<App> all() {
    List<App> apps = new ArrayList<>();
    int number = 0;
    for (String label : LABELS) {
      for (String value : VALUES) {
        apps.add(one(number++, label, value));
      }
    }
    return apps;
  }

  /** An app with this label, and all that makes labels count. */
  public static App one(int number, String label, String value) {
    List<String> labels = new ArrayList<>();
    if (!label.equals("0_VHOST")) {
      labels.addAll(List.of("0_VHOST", "h" + number + ".example.net"));
    }
    if (!label.equals("0_PATH") && number % 3 == 1) {
      labels.addAll(List.of("0_PATH", "/p"));
    }
    labels.addAll(List.of(label, value));
    return TestEdge.web(
        "/zz/" + number, 20_000 + number, "192.0.2.3:31003", labels.toArray(new String[0]));
  }

  /** What requests for the good app meet. */
  public static List<String> answers(TestEdge edge) {
    return List.of(
        edge.http("good.example.org", "/"),
        edge.http("GOOD.example.org", "/x"),
        edge.http("x.example.org", "/p/1"),
        edge.https("good.example.org", "/%s%n%d"),
        edge.service(10001),
        edge.appId("/good"));
  }
}
