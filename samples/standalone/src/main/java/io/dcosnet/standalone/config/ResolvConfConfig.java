// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.resolvconf.ReadyProbe;
import io.dcosnet.dns.resolvconf.ResolvConf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Section {@code dns.resolvConf}: the file by which programs of this node find its name servers.
 * <b>Immutable.</b>
 *
 * @param search empty for what the file said before
 * @param upstreams empty for those that the file named before
 */
public record ResolvConfConfig(
    boolean enabled,
    Path file,
    List<String> search,
    List<String> options,
    List<IpAddress> upstreams,
    Duration interval,
    Duration timeout) {

  /** Where every program looks. */
  public static final Path FILE = Path.of("/etc/resolv.conf");

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  static ResolvConfConfig read(Section section, List<HostPort> listen, boolean ready) {
    boolean enabled =
        section.value(
            "enabled",
            Kind.FLAG,
            false,
            "Whether the file is kept: it names those of dns.listen at port 53 that answer, and"
                + " others while none does and after the node stopped. dcos-net cleanup puts back"
                + " what was there before.");
    ResolvConfConfig config =
        new ResolvConfConfig(
            enabled,
            section.value("file", section.path(), FILE, "The file."),
            section.list(
                "search",
                Kind.TEXT,
                List.of(),
                "Domains for names without a dot. Empty: those of the file before."),
            section.list("options", Kind.TEXT, ResolvConf.DEFAULT_OPTIONS, "As in resolv.conf(5)."),
            section.list(
                "upstreams",
                Kind.ADDRESS,
                List.of(),
                "Servers named while none of ours answers. Empty: those of the file before."),
            section.value(
                "interval", Kind.DURATION, INTERVAL, "Time between two looks at our servers."),
            section.value(
                "timeout",
                Kind.DURATION,
                ReadyProbe.DEFAULT_TIMEOUT,
                "How long each of them may take to answer for ready.spartan."));
    config.check(section, listen, ready);
    return config;
  }

  private void check(Section section, List<HostPort> listen, boolean ready) {
    ResolvConf.problems(search, options).forEach(section::problemLine);
    if (interval.isZero()) {
      section.problem("interval", "0s", "more than nothing");
    }
    if (timeout.isZero()) {
      section.problem("timeout", "0s", "more than nothing");
    }
    if (enabled && servers(listen).isEmpty()) {
      section.problem("enabled", true, "an address at port 53 in dns.listen, or node.device");
    }
    if (enabled && !ready) {
      section.problem("enabled", true, "dns.local.spartan, by which servers are asked");
    }
  }

  /** Those that the file may name. */
  public List<HostPort> servers(List<HostPort> listen) {
    return listen.stream()
        .filter(server -> server.port() == 53 && !server.address().isUnspecified())
        .toList();
  }
}
