// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where Mesos masters meet in ZooKeeper, {@code zk://[user:password@]host:port,host:port/path}.
 * <b>Immutable.</b>
 *
 * @param servers {@code host:port} each, IPv6 addresses in brackets; at least one
 * @param credentials {@code user:password} for ZooKeeper's scheme {@code digest}, null for none
 * @param path absolute, without a slash at its end unless it is the root
 */
public record ZooKeeperUrl(List<String> servers, @Nullable String credentials, String path) {

  /** Port of a server that is written without one. */
  public static final int DEFAULT_PORT = 2181;

  private static final String SCHEME = "zk://";
  private static final String EXPECTED =
      " (expected: zk://[user:password@]host:port[,host:port…]/path)";

  public ZooKeeperUrl {
    servers = List.copyOf(servers);
    requireNonNull(path, "path");
    if (servers.isEmpty() || !path.startsWith("/")) {
      throw new IllegalArgumentException("zookeeper: " + servers + path + EXPECTED);
    }
  }

  /**
   * Reads a URL as Mesos does.
   *
   * @throws DecodeException with the position of the fault; what may be a password is not repeated
   */
  public static ZooKeeperUrl parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw fault("does not begin with " + SCHEME, 0);
    }
    // Passwords may hold slashes and at signs, hosts and paths of Mesos hold no at signs.
    int at = text.lastIndexOf('@');
    int hosts = at < 0 ? SCHEME.length() : at + 1;
    String credentials = at < 0 ? null : text.substring(SCHEME.length(), at);
    if (credentials != null && credentials.indexOf(':') < 1) {
      throw fault("no user:password before the @", SCHEME.length());
    }
    int slash = text.indexOf('/', hosts);
    if (slash < 0) {
      throw fault("no path", text.length());
    }
    return new ZooKeeperUrl(
        servers(text, hosts, slash), credentials, path(text.substring(slash), slash));
  }

  private static List<String> servers(String text, int from, int to) {
    List<String> servers = new ArrayList<>();
    int start = from;
    for (String server : text.substring(from, to).split(",", -1)) {
      servers.add(server(server, start));
      start += server.length() + 1;
    }
    return servers;
  }

  private static String server(String text, int position) {
    int colon = text.lastIndexOf(':');
    boolean bare = colon < 0 || text.endsWith("]");
    String host = bare ? text : text.substring(0, colon);
    String port = bare ? Integer.toString(DEFAULT_PORT) : text.substring(colon + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    boolean hostOk = bracketed || host.matches("[A-Za-z0-9._-]+");
    if (!hostOk || !port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65535) {
      throw fault("no host:port there", position);
    }
    return host + ":" + port;
  }

  private static String path(String text, int position) {
    String path =
        text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    boolean steps = path.contains("//") || path.contains("/./") || path.contains("/../");
    if (steps || !path.matches("[\\x21-\\x7e]+")) {
      throw fault("no path of ZooKeeper there", position);
    }
    return path;
  }

  private static DecodeException fault(String what, int position) {
    return new DecodeException("zookeeper: " + what + EXPECTED, position);
  }

  /** All servers in the form that ZooKeeper's own client takes. */
  String connectString() {
    return String.join(",", servers);
  }

  /** The URL without its password. */
  @Override
  public String toString() {
    String user = credentials == null ? "" : credentials.replaceFirst("(?s):.*", ":…@");
    return SCHEME + user + connectString() + path;
  }
}
