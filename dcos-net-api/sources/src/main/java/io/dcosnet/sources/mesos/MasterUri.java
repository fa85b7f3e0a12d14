// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import java.net.URI;
import java.util.List;

/** Checks and completes addresses of Mesos processes that a configuration gives. */
final class MasterUri {

  private MasterUri() {}

  /** Adds what is wrong with it, if anything is. */
  static boolean isUsable(String option, URI uri, List<String> problems) {
    String scheme = String.valueOf(uri.getScheme());
    if (uri.getHost() == null || !scheme.matches("(?i)https?")) {
      // Of a name that is no host, such as one with an underscore, the JDK knows no user either.
      String shown = uri.toString().replaceFirst("//.*@", "//…@");
      problems.add(option + ": " + shown + " (expected: http://host:port or https://…)");
      return false;
    }
    if (uri.getRawUserInfo() != null) {
      problems.add(option + ": user:…@" + uri.getHost() + " (expected: use authorization)");
      return false;
    }
    return true;
  }

  /** The address with {@code path}, if it has none. */
  static URI whole(URI uri, String path) {
    String given = String.valueOf(uri.getRawPath());
    boolean bare = given.isEmpty() || given.equals("/");
    return bare ? uri.resolve(path) : uri;
  }
}
