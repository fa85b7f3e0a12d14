// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import java.util.Set;

/**
 * Labels with which app owners put raw text into Marathon-LB's configuration. They are known, so
 * that it can be said that they are refused: such text is configuration by everybody for everybody.
 */
final class TemplateLabels {

  private static final Set<String> NAMES =
      Set.of(
          "USERLIST_HEAD",
          "FRONTEND_HEAD",
          "BACKEND_HEAD",
          "FRONTEND_BACKEND_GLUE",
          "BACKEND_HTTP_OPTIONS",
          "BACKEND_HSTS_OPTIONS",
          "BACKEND_STICKY_OPTIONS",
          "BACKEND_TCP_HEALTHCHECK_OPTIONS",
          "BACKEND_HTTP_HEALTHCHECK_OPTIONS",
          "BACKEND_SERVER_TCP_HEALTHCHECK_OPTIONS",
          "BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS",
          "BACKEND_SERVER_OPTIONS",
          "BACKEND_REDIRECT_HTTP_TO_HTTPS",
          "BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH",
          "HTTP_BACKEND_PROXYPASS_GLUE",
          "HTTP_BACKEND_REVPROXY_GLUE",
          "HTTP_BACKEND_NETWORK_ALLOWED_ACL",
          "TCP_BACKEND_NETWORK_ALLOWED_ACL",
          "HTTP_FRONTEND_ACL",
          "HTTP_FRONTEND_ACL_ONLY",
          "HTTP_FRONTEND_ACL_ONLY_WITH_PATH",
          "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH",
          "HTTP_FRONTEND_ACL_WITH_AUTH",
          "HTTP_FRONTEND_ACL_WITH_PATH",
          "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH",
          "HTTP_FRONTEND_ROUTING_ONLY",
          "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH",
          "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH",
          "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH",
          "HTTPS_FRONTEND_ACL",
          "HTTPS_FRONTEND_ACL_ONLY_WITH_PATH",
          "HTTPS_FRONTEND_ACL_WITH_AUTH",
          "HTTPS_FRONTEND_ACL_WITH_PATH",
          "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH",
          "HTTP_FRONTEND_APPID_ACL");

  private TemplateLabels() {}

  /** True when a label of this name, without its prefix and number, holds raw text. */
  static boolean contains(String name) {
    return NAMES.contains(name);
  }
}
