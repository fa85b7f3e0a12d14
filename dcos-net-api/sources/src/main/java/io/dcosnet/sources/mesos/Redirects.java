// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.DcosNetException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.UnaryOperator;

/** Where the answers of masters lead. */
final class Redirects {

  /** How many are followed ({@code scheduler-sources.md} §5). */
  static final int MAX = 3;

  private Redirects() {}

  /**
   * Where {@code location} leads. The scheme stays ours, since masters send targets without one; a
   * target without a path means the same path there.
   *
   * @throws DcosNetException when that is nowhere
   */
  static URI target(URI from, String location, UnaryOperator<URI> rewrite) {
    try {
      URI target = from.resolve(new URI(location));
      if (target.getHost() == null) {
        throw new DcosNetException(from + " redirects to a host that cannot be asked: " + location);
      }
      boolean bare = target.getRawPath() == null || target.getRawPath().isEmpty();
      return rewrite.apply(
          withAuthority(
              target.getHost(), target.getPort(), from.getScheme(), bare ? from : target));
    } catch (URISyntaxException e) {
      throw new DcosNetException(from + " redirects to nowhere: " + location, e);
    }
  }

  static URI withAuthority(String host, int port, String scheme, URI path)
      throws URISyntaxException {
    String query = path.getRawQuery() == null ? "" : "?" + path.getRawQuery();
    String authority = port < 0 ? host : host + ":" + port;
    return new URI(scheme + "://" + authority + path.getRawPath() + query);
  }
}
