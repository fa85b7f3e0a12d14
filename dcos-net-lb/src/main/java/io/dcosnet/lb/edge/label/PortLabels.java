// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the labels {@code HAPROXY_{n}_…} ask for one port of an app. <b>Immutable.</b>
 *
 * @param groups of edges that serve it
 * @param port instead of Marathon's service port, 1-65535; null for that one
 * @param bindAddress of the listener, {@code *} for all
 * @param certificates that the listener of the service port shows; it speaks TLS when there are any
 * @param http null where nothing is said; true for HTTP, false for TCP
 * @param weight of the rules of its virtual hosts, larger first; not that of a server
 * @param proxyPath that is taken off the path of requests; begins but does not end with a slash
 * @param reversePath that redirects of the app are sent to
 * @param rootRedirect where requests for exactly {@code /} are sent
 * @param allowed clients, all when empty
 * @param checkPortIndex whose port is probed, counted from the end when negative; null for its own
 */
public record PortLabels(
    Set<String> groups,
    boolean enabled,
    @Nullable Integer port,
    String bindAddress,
    BindOptions bindOptions,
    List<String> certificates,
    @Nullable Boolean http,
    Balance balance,
    List<Vhost> vhosts,
    PathRule path,
    int weight,
    @Nullable BasicAuth auth,
    boolean redirectToHttps,
    boolean hsts,
    boolean sticky,
    @Nullable String proxyPath,
    @Nullable String reversePath,
    @Nullable String rootRedirect,
    List<Cidr> allowed,
    @Nullable Integer checkPortIndex) {

  /**
   * How labels are to be read.
   *
   * @param strict true when only ports are served that a label enables
   * @param authMustBeRead true when a port with unreadable credentials is not served at all
   * @param files that exist, to find labels that name others; null when nobody looked
   * @param addresses of this machine, as {@code files}: no listener can have another
   */
  public record Rules(
      boolean strict,
      boolean authMustBeRead,
      @Nullable Set<String> files,
      @Nullable Set<IpAddress> addresses) {
    public Rules {
      files = files == null ? null : Set.copyOf(files);
      addresses = addresses == null ? null : Set.copyOf(addresses);
    }
  }

  /**
   * Labels as read.
   *
   * @param usable false when HAProxy would refuse one of them; the port is then not to be served
   *     with these labels
   */
  public record Reading(PortLabels labels, boolean usable) {
    public Reading {
      requireNonNull(labels, "labels");
    }
  }

  public PortLabels {
    groups = Set.copyOf(groups);
    requireNonNull(bindAddress, "bindAddress");
    requireNonNull(bindOptions, "bindOptions");
    certificates = List.copyOf(certificates);
    requireNonNull(balance, "balance");
    vhosts = List.copyOf(vhosts);
    requireNonNull(path, "path");
    allowed = List.copyOf(allowed);
  }

  /**
   * Reads the labels of one port.
   *
   * @param index of the port, the {@code n} of the labels
   * @param diagnostics told of each label that is not followed
   */
  public static Reading read(
      String app,
      Map<String, String> labels,
      int index,
      Rules rules,
      Consumer<EdgeDiagnostic> diagnostics) {
    return new PortLabelReader(new LabelValues(app, labels, diagnostics), index, rules).read();
  }

  /** True when the labels let requests in by name. */
  public boolean hasVhosts() {
    return !vhosts.isEmpty();
  }

  /** These labels without virtual hosts. */
  public PortLabels withoutVhosts() {
    return new PortLabels(
        groups,
        enabled,
        port,
        bindAddress,
        bindOptions,
        certificates,
        http,
        balance,
        List.of(),
        path,
        weight,
        auth,
        redirectToHttps,
        hsts,
        sticky,
        proxyPath,
        reversePath,
        rootRedirect,
        allowed,
        checkPortIndex);
  }
}
