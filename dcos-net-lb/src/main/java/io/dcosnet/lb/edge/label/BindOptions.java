// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  private static final Pattern FILE = Pattern.compile("/[A-Za-z0-9_./@+=:-]{1,255}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Pattern LIST = Pattern.compile("[A-Za-z0-9_.:!+/@=,-]{1,1024}");
  private static final Pattern VERSION = Pattern.compile("TLSv1\\.[0-3]");

  private static final Set<String> ALONE =
      Set.of(
          "accept-proxy",
          "allow-0rtt",
          "defer-accept",
          "force-tlsv12",
          "force-tlsv13",
          "no-ca-names",
          "no-sslv3",
          "no-tls-tickets",
          "no-tlsv10",
          "no-tlsv11",
          "no-tlsv12",
          "no-tlsv13",
          "prefer-client-ciphers",
          "ssl",
          "strict-sni",
          "tfo",
          "v4v6",
          "v6only");

  private static final Map<String, Pattern> WITH_VALUE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("alpn", LIST),
              Map.entry("backlog", NUMBER),
              Map.entry("ca-file", FILE),
              Map.entry("ca-verify-file", FILE),
              Map.entry("ciphers", LIST),
              Map.entry("ciphersuites", LIST),
              Map.entry("crl-file", FILE),
              Map.entry("crt", FILE),
              Map.entry("curves", LIST),
              Map.entry("ecdhe", LIST),
              Map.entry("maxconn", NUMBER),
              Map.entry("npn", LIST),
              Map.entry("ssl-max-ver", VERSION),
              Map.entry("ssl-min-ver", VERSION),
              Map.entry("verify", Pattern.compile("none|optional|required"))));

  /** Those that a list of certificates takes for each of them. */
  private static final Set<String> PER_NAME =
      Set.of(
          "allow-0rtt",
          "alpn",
          "ca-file",
          "ca-verify-file",
          "ciphers",
          "ciphersuites",
          "crl-file",
          "curves",
          "ecdhe",
          "no-ca-names",
          "npn",
          "ssl-max-ver",
          "ssl-min-ver",
          "verify");

  public BindOptions {
    words = List.copyOf(words);
    files = List.copyOf(files);
    tls = List.copyOf(tls);
  }

  /** Reads words with their values; null when one of them is not on the list. */
  static @Nullable BindOptions read(String text) {
    List<String> given = List.of(text.strip().split("\\s+", -1));
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
