// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.DcosDnsConfig;
import io.dcosnet.dns.records.DcosDnsConfigFile;
import io.dcosnet.dns.response.Rotation;
import io.dcosnet.standalone.input.OwnAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node takes from a configuration file of dcos-net's DNS: where to listen, its zones of
 * aliases, whom to forward to, and the order of records. What else the file sets is told in a
 * warning.
 *
 * @param names targets by name
 */
record DcosDnsImport(
    List<HostPort> listen,
    Map<String, DomainName> names,
    ForwardImport forward,
    Rotation rotation) {

  static final DcosDnsImport NOTHING =
      new DcosDnsImport(List.of(), Map.of(), ForwardImport.NOTHING, Rotation.RANDOM);

  private static final Logger LOGGER = LoggerFactory.getLogger(DcosDnsImport.class);

  private static final NotTaken<DcosDnsConfig> NOT_TAKEN =
      new NotTaken<>(DcosDnsConfig.defaults())
          .key("udp_server_enabled", DcosDnsConfig::udpEnabled)
          .key("tcp_server_enabled", DcosDnsConfig::tcpEnabled)
          .key("udp_recbuf", DcosDnsConfig::udpReceiveBufferBytes)
          .key("send_timeout or another time", DcosDnsConfig::times)
          .key("mesos_port or a time of mesos", DcosDnsConfig::mesos);

  static DcosDnsImport of(Section dns, @Nullable Path file) {
    if (file == null) {
      return NOTHING;
    }
    try {
      DcosDnsConfig config = DcosDnsConfigFile.read(Files.readString(file));
      config.warnings().forEach(warning -> LOGGER.warn("{}: {}", file, warning));
      NOT_TAKEN.warn(file, config);
      if (config.tcpPort() != config.udpPort()
          && config.tcpPort() != DcosDnsConfig.defaults().tcpPort()) {
        LOGGER.warn("{}: tcp_port: has no effect, udp_port is that of both", file);
      }
      return new DcosDnsImport(
          listen(config, dns), names(config), ForwardImport.of(config), rotation(config));
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> dns.problemLine("dcosDnsConfigFile: " + problem));
    } catch (IOException e) {
      dns.problem("dcosDnsConfigFile", file, "a file that can be read: " + e.getMessage());
    }
    return NOTHING;
  }

  private static List<HostPort> listen(DcosDnsConfig config, Section dns) {
    if (!config.enabled()) {
      return List.of();
    }
    List<IpAddress> own = List.of();
    if (config.bindAddresses().isEmpty()) {
      Optional<List<IpAddress>> found = OwnAddresses.ofInterface(config.bindInterface());
      if (found.isEmpty()) {
        dns.problemLine(
            "dcosDnsConfigFile: bind_interface: "
                + config.bindInterface().orElse("")
                + " (expected: an interface of this machine)");
      }
      own = found.orElse(List.of());
    }
    return config.listenOn(own).stream()
        .map(address -> new HostPort(address, config.udpPort()))
        .toList();
  }

  private static Rotation rotation(DcosDnsConfig config) {
    return switch (config.loadBalance()) {
      case RANDOM -> Rotation.RANDOM;
      case ROUND_ROBIN -> Rotation.ROUND_ROBIN;
      case NONE -> Rotation.NONE;
    };
  }

  private static Map<String, DomainName> names(DcosDnsConfig config) {
    Map<String, DomainName> names = new LinkedHashMap<>();
    config
        .zones()
        .values()
        .forEach(
            aliases -> aliases.forEach(alias -> names.put(plain(alias.name()), alias.target())));
    return names;
  }

  /** As a person writes it, so that the document can say something else. */
  private static String plain(DomainName name) {
    return name.toString().replaceFirst("\\.$", "");
  }
}
