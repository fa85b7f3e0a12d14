// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

/**
 * Why the edge does something else than an app asked for. The names are stable: metrics, alerts and
 * tests go by them.
 */
public enum EdgeCode {
  /** The value cannot be read; the app is served as if the label was not there. */
  EDGE_LABEL_INVALID,
  /** The value holds a control character, which could end a line; treated as not there. */
  EDGE_LABEL_CONTROL_CHARACTER,
  /** The value is longer than any honest one; treated as not there. */
  EDGE_LABEL_TOO_LONG,
  /** No proxy would take the value: this port of the app is not served with these labels. */
  EDGE_LABEL_REFUSED,
  /** The port is served with the labels that it had before they were refused. */
  EDGE_LAST_GOOD_KEPT,
  /** A name of a virtual host is none; the other names of the label count. */
  EDGE_VHOST_INVALID,
  /** A virtual host on a port in TCP mode; only the service port is served. */
  EDGE_VHOST_NEEDS_HTTP,
  /** A prefix does not begin with a slash; the other prefixes count. */
  EDGE_PATH_INVALID,
  /** Credentials that cannot be read; the app is served <b>without</b> asking for any. */
  EDGE_AUTH_INVALID,
  /** Credentials are asked for on the virtual hosts only: other entries lead to the app as well. */
  EDGE_AUTH_BYPASS,
  /** Credentials without a virtual host protect nothing. */
  EDGE_AUTH_UNUSED,
  /** Raw text for the proxy, which is not allowed here. */
  EDGE_TEMPLATE_REFUSED,
  /** Another service owns the port; this one has no listener, its other routes stay. */
  EDGE_PORT_CLASH,
  /** The port belongs to the edge itself; the service has no listener, its other routes stay. */
  EDGE_PORT_RESERVED,
  /** A port of the app has no service port; it is not served. */
  EDGE_PORT_MISSING,
  /** A port of the app is not for TCP; it is not served. */
  EDGE_PORT_NOT_TCP,
  /** The range of ports that are handed out is used up. */
  EDGE_PORTS_EXHAUSTED,
  /** Requests that this route is for reach another app first, all of them. */
  EDGE_VHOST_SHADOWED,
  /** The node of a task has no address; the task is not served. */
  EDGE_HOST_UNRESOLVED,
  /** A task has no address or no port of its own, although it runs; it is not served. */
  EDGE_TASK_NO_ADDRESS,
  /** Labels of a deployment in two colours make no sense. */
  EDGE_DEPLOYMENT_INVALID,
  /** Two apps go by one id; the first is served. */
  EDGE_APP_TWICE
}
