// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.net.HostPort;
import java.util.HashSet;
import java.util.Set;

/** Names and numbers of the servers of one service. <b>Confined to</b> one thread. */
final class ServerNames {

  // The modulus is Marathon-LB's, so that ids stay what they were.
  private static final int IDS = 32767;
  private static final int MAX_HOST = 255;

  private final Set<String> names = new HashSet<>();
  private final Set<Integer> ids = new HashSet<>();

  /** A name for a server; hosts that only differ in odd characters still get two. */
  String name(String host, HostPort address) {
    String ip = address.address().toString();
    String front = host.equals(ip) ? "" : host + "_";
    String name = plain(cut(front) + ip + "_" + address.port());
    while (!names.add(name)) {
      name = name + "_" + Sha.hex1(front + address + name).substring(0, 8);
    }
    return name;
  }

  /** A number for a name. */
  int id(String name) {
    if (ids.size() >= IDS - 1) {
      throw new IllegalStateException("more than " + ids.size() + " servers in one service");
    }
    String hashed = name;
    while (true) {
      int id = Sha.number(hashed, IDS);
      if (id > 0 && ids.add(id)) {
        return id;
      }
      hashed = hashed + " " + Sha.hex256(hashed);
    }
  }

  static String cookie(String name) {
    return Sha.hex1(name).substring(0, 10);
  }

  private static String cut(String host) {
    return host.length() > MAX_HOST ? host.substring(0, MAX_HOST) + "_" : host;
  }

  private static String plain(String text) {
    return text.replaceAll("[^A-Za-z0-9-]", "_");
  }
}
