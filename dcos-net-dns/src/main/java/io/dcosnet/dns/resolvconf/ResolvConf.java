// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Content of {@code /etc/resolv.conf} for a node that has name servers of its own, after DC/OS
 * ({@code dcos/dcos packages/dcos-net/extra/gen_resolvconf.py}). A pure function.
 */
public final class ResolvConf {

  /** A second for each server, so that the next of ours is asked soon when one is slow. */
  public static final List<String> DEFAULT_OPTIONS = List.of("timeout:1", "attempts:3");

  /** More servers than that are not asked (resolv.conf(5), MAXNS). */
  public static final int MAX_SERVERS = 3;

  /** More domains than that are not searched by older C libraries. */
  public static final int MAX_SEARCH_DOMAINS = 6;

  private static final int MAX_SEARCH_LENGTH = 255;
  private static final int DNS_PORT = 53;
  private static final String DOMAIN = "[A-Za-z0-9._-]+";
  private static final String HEAD =
      """
      # Written by dcos-net, which writes it again when the name servers of this node change.
      # What is changed by hand gets lost; change the configuration of dcos-net instead.
      """;

  private ResolvConf() {}

  /**
   * The text of the file.
   *
   * @param live our own servers that answer; if there are some, the file names only these
   * @param search domains for names without a dot; may be empty
   * @param upstreams named when none of ours is live, up to three by chance; those with a port
   *     other than 53 are left out, as the file has no place for it
   * @param options as in resolv.conf(5), such as {@link #DEFAULT_OPTIONS}
   * @throws IllegalArgumentException that lists all problems of {@code search} and {@code options}
   */
  public static String render(
      List<IpAddress> live,
      List<String> search,
      List<HostPort> upstreams,
      List<String> options,
      RandomGenerator random) {
    List<String> problems = problems(search, options);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    options.forEach(option -> text.append("options ").append(option).append('\n'));
    text.append('\n');
    if (!search.isEmpty()) {
      text.append("search ").append(String.join(" ", search)).append('\n');
    }
    List<IpAddress> servers = live.isEmpty() ? byChance(upstreams, random) : live;
    servers.stream()
        .limit(MAX_SERVERS)
        .forEach(server -> text.append("nameserver ").append(server).append('\n'));
    return text.toString();
  }

  /** Whether a text is one that {@link #render} made. */
  public static boolean isOurs(String text) {
    return text.startsWith(HEAD);
  }

  /**
   * The domains that a text of somebody else has for names without a dot, as many of them as a file
   * of ours may have; those that no file may have are left out.
   */
  public static List<String> search(String text) {
    List<String> domains = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split("\\s+", -1);
      // The last line of either kind counts, and the keyword stands at its very start.
      if (words[0].equals("search") || words[0].equals("domain")) {
        domains.clear();
        Arrays.stream(words).skip(1).filter(word -> !word.isEmpty()).forEach(domains::add);
      }
    }
    List<String> taken = new ArrayList<>();
    int length = -1;
    for (String domain : domains) {
      length += domain.length() + 1;
      if (domain.matches(DOMAIN)
          && taken.size() < MAX_SEARCH_DOMAINS
          && length <= MAX_SEARCH_LENGTH) {
        taken.add(domain);
      }
    }
    return List.copyOf(taken);
  }

  private static List<IpAddress> byChance(List<HostPort> upstreams, RandomGenerator random) {
    List<IpAddress> rest = new ArrayList<>();
    for (HostPort upstream : upstreams) {
      if (upstream.port() == DNS_PORT) {
        rest.add(upstream.address());
      }
    }
    List<IpAddress> chosen = new ArrayList<>();
    while (!rest.isEmpty() && chosen.size() < MAX_SERVERS) {
      chosen.add(rest.remove(random.nextInt(rest.size())));
    }
    return chosen;
  }

  /** All that keeps these from being rendered, a line each; empty when nothing does. */
  public static List<String> problems(List<String> search, List<String> options) {
    List<String> problems = new ArrayList<>();
    if (search.size() > MAX_SEARCH_DOMAINS) {
      problems.add("search: " + search.size() + " domains (expected: 6 at most)");
    }
    if (String.join(" ", search).length() > MAX_SEARCH_LENGTH) {
      problems.add("search: too long (expected: 255 characters at most)");
    }
    for (String domain : search) {
      if (!domain.matches(DOMAIN)) {
        problems.add("search: " + printable(domain) + " (expected: a domain)");
      }
    }
    for (String option : options) {
      if (!option.matches("[a-z0-9-]+(:[0-9]+)?")) {
        problems.add("options: " + printable(option) + " (expected: name or name:number)");
      }
    }
    return problems;
  }

  private static String printable(String text) {
    return text.replaceAll("[^\\x21-\\x7e]", "?");
  }
}
