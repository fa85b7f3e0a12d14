// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Words behind the address of a listener, of those that concern nobody but this listener.
 * <b>Immutable.</b>
 *
 * @param words in the order of the label, each free of anything that needs quoting
 * @param files that the words name
 * @param tls those of the words that may differ between the names of one listener
 */
public record BindOptions(List<String> words, List<String> files, List<String> tls) {

  /** No word. */
  public static final BindOptions NONE = new BindOptions(List.of(), List.of(), List.of());

  /** HAProxy takes no more than 64 words on a line, and some of them are ours. */
  private static final int MAX_WORDS = 40;

  private static final Pattern FILE = Pattern.compile("/[A-Za-z0-9_./@+=:-]{1,255}");
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,5}");
  private static final Pattern ALPN =
      Pattern.compile("(?:h2|http/1\\.[01])(?:,(?:h2|http/1\\.[01])){0,3}");

  // Nothing with which the words together could leave no version or no cipher, as HAProxy then
  // refuses the listener and everything with it.
  private static final Set<String> ALONE =
      Set.of(
          "accept-proxy",
          "allow-0rtt",
          "defer-accept",
          "no-ca-names",
          "no-sslv3",
          "no-tls-tickets",
          "no-tlsv10",
          "no-tlsv11",
          "prefer-client-ciphers",
          "ssl",
          "strict-sni",
          "tfo",
          "v4v6",
          "v6only");

  private static final Map<String, Pattern> WITH_VALUE =
      Map.ofEntries(
          Map.entry("alpn", ALPN),
          Map.entry("backlog", NUMBER),
          Map.entry("ca-file", FILE),
          Map.entry("ca-verify-file", FILE),
          Map.entry("crl-file", FILE),
          Map.entry("crt", FILE),
          Map.entry("maxconn", NUMBER),
          Map.entry("ssl-min-ver", Pattern.compile("TLSv1\\.[0-3]")),
          Map.entry("verify", Pattern.compile("none|optional|required")));

  /** Those that a list of certificates takes for each of them. */
  private static final Set<String> PER_NAME =
      Set.of(
          "allow-0rtt",
          "alpn",
          "ca-file",
          "ca-verify-file",
          "crl-file",
          "no-ca-names",
          "ssl-min-ver",
          "verify");

  public BindOptions {
    words = List.copyOf(words);
    files = List.copyOf(files);
    tls = List.copyOf(tls);
  }

  /**
   * Reads words with their values; null when one of them is not on the list, or lacks one that it
   * needs.
   *
   * @param certificates true when the listener has some already
   */
  static @Nullable BindOptions read(String text, boolean certificates) {
    List<String> given = List.of(text.strip().split("\\s+", -1));
    boolean unverified =
        given.contains("verify") && !given.contains("none") && !given.contains("ca-file");
    boolean bare = given.contains("ssl") && !certificates && !given.contains("crt");
    if (given.size() > MAX_WORDS || unverified || bare) {
      return null;
    }
    List<String> files = new ArrayList<>();
    List<String> tls = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String word = given.get(i);
      Pattern value = WITH_VALUE.get(word);
      int end = value == null ? i : i + 1;
      if (value == null ? !ALONE.contains(word) : !fits(given, end, value)) {
        return null;
      }
      if (value == FILE) {
        files.add(given.get(end));
      }
      if (PER_NAME.contains(word)) {
        tls.addAll(given.subList(i, end + 1));
      }
      i = end;
    }
    return new BindOptions(given, files, tls);
  }

  private static boolean fits(List<String> given, int at, Pattern value) {
    return at < given.size() && value.matcher(given.get(at)).matches();
  }

  /** True for the name of a file that needs no quoting. */
  static boolean isFile(String text) {
    return FILE.matcher(text).matches();
  }
}
