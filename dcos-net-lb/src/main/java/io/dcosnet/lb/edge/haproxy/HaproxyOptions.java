// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration needs to know of the place where HAProxy runs. <b>Immutable.</b>
 *
 * @param certificates files for TLS by virtual host, the first is shown to clients that name no
 *     host; without any that port is not bound
 * @param bindAddress of all listeners of the edge; {@code *} for all addresses
 * @param adminAddress of the listener for figures, which tells much and so is not for everybody
 * @param folder of maps and lists, an absolute path; null to put all into one text
 * @param socket for the Runtime API, null for none
 * @param maxConnections of the whole process; 0 for what the limit on open files allows
 * @param trusted proxies whose {@code X-Forwarded-} headers are kept
 * @param slots free servers in services whose way of balancing lets none be added while it runs
 */
public record HaproxyOptions(
    List<String> certificates,
    String bindAddress,
    String adminAddress,
    @Nullable String folder,
    @Nullable String socket,
    int maxConnections,
    List<Cidr> trusted,
    int slots) {

  // A path stands between the brackets of a converter, where nothing can be quoted.
  private static final Pattern FOLDER = Pattern.compile("/[A-Za-z0-9_./-]*");

  public HaproxyOptions {
    certificates = List.copyOf(certificates);
    requireNonNull(bindAddress, "bindAddress");
    requireNonNull(adminAddress, "adminAddress");
    trusted = List.copyOf(trusted);
    if (folder != null && !FOLDER.matcher(folder).matches()) {
      throw new IllegalArgumentException(
          "folder: " + folder + " (expected: an absolute path of letters, digits and ._-)");
    }
    if (maxConnections < 0 || slots < 0 || slots > 1000) {
      throw new IllegalArgumentException(
          "maxConnections: " + maxConnections + ", slots: " + slots + " (expected: 0 or more)");
    }
  }

  /** One text, no certificates, listening everywhere. */
  public static HaproxyOptions defaults() {
    return new HaproxyOptions(List.of(), "*", "127.0.0.1", null, null, 0, List.of(), 0);
  }

  public HaproxyOptions withCertificates(List<String> files) {
    return new HaproxyOptions(
        files, bindAddress, adminAddress, folder, socket, maxConnections, trusted, slots);
  }

  public HaproxyOptions withBindAddress(String address) {
    return new HaproxyOptions(
        certificates, address, address, folder, socket, maxConnections, trusted, slots);
  }

  public HaproxyOptions withFolder(String path) {
    return new HaproxyOptions(
        certificates, bindAddress, adminAddress, path, socket, maxConnections, trusted, slots);
  }

  public HaproxyOptions withSocket(String path) {
    return new HaproxyOptions(
        certificates, bindAddress, adminAddress, folder, path, maxConnections, trusted, slots);
  }

  public HaproxyOptions withTrusted(List<Cidr> proxies) {
    return new HaproxyOptions(
        certificates, bindAddress, adminAddress, folder, socket, maxConnections, proxies, slots);
  }

  public HaproxyOptions withSlots(int count) {
    return new HaproxyOptions(
        certificates, bindAddress, adminAddress, folder, socket, maxConnections, trusted, count);
  }
}
