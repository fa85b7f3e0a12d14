// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of services: Marathon-LB's where an app's id has only what Marathon allows in ids, else one
 * with a hash, as two ids must never make one name. <b>Confined to</b> one thread.
 */
final class ServiceNames {

  private static final Pattern PLAIN = Pattern.compile("(?:/[A-Za-z0-9.-]+)+");
  private static final int MAX_PLAIN = 200;
  private static final int SHOWN = 60;

  private final Set<String> taken = new HashSet<>();

  String name(EdgeService service) {
    String name = base(service.app()) + "_" + service.port();
    if (!taken.add(name)) {
      name = name + ":" + service.index(); // two ports of one app that claim one service port
      taken.add(name);
    }
    return name;
  }

  private static String base(String app) {
    if (app.length() <= MAX_PLAIN && PLAIN.matcher(app).matches()) {
      return app.substring(1).replace('/', '_');
    }
    String shown = app.substring(0, Math.min(app.length(), SHOWN));
    String start = app.startsWith("/") && !shown.isEmpty() ? shown.substring(1) : shown;
    return start.replaceAll("[^A-Za-z0-9.-]", "_") + ":" + Sha.hex1(app).substring(0, 16);
  }
}
