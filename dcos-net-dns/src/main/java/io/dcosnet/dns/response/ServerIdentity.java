// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server tells of itself to those who ask: in the NSID option (RFC 5001), and as TXT records
 * of class CH. An empty text is not told, and asking for it is refused.
 *
 * <p><b>Immutable.</b>
 *
 * @param nsid told in the NSID option and as {@code id.server}
 * @param hostname told as {@code hostname.bind}
 * @param version told as {@code version.bind} and {@code version.server}
 */
public record ServerIdentity(String nsid, String hostname, String version) {

  /** Longest text, in octets of UTF-8. */
  public static final int MAX_OCTETS = 64;

  /** Tells nothing. */
  public static final ServerIdentity UNTOLD = new ServerIdentity("", "", "");

  public ServerIdentity {
    List<String> problems = new ArrayList<>();
    check("nsid", nsid, problems);
    check("hostname", hostname, problems);
    check("version", version, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  private static void check(String part, String text, List<String> problems) {
    int octets = text.getBytes(UTF_8).length;
    if (octets > MAX_OCTETS) {
      problems.add(part + ": " + octets + " octets (expected: " + MAX_OCTETS + " at most)");
    }
  }
}
