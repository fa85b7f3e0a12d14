// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsConfigFile;
import io.dcosnet.dns.records.MesosDnsSettings;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.input.OwnAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration file of Mesos-DNS, as the commands take it. */
final class DnsConfigInput {

  private DnsConfigInput() {}

  /**
   * Reads the file; its problems join those of the command line, its warnings go to standard error.
   *
   * @param file null where none was given: then the defaults of Mesos-DNS count, and the name of
   *     the server itself leads to {@code listeners}
   * @param asServer whether more counts than how the records are made
   */
  static MesosDnsSettings read(
      @Nullable Path file,
      List<IpAddress> listeners,
      boolean asServer,
      Arguments arguments,
      Console console) {
    if (file == null) {
      return MesosDnsSettings.of(MesosDnsConfig.builder().listenerAddresses(listeners).build());
    }
    try {
      MesosDnsConfigFile.Loaded loaded = MesosDnsConfigFile.read(Files.readString(file));
      List<String> warnings = asServer ? loaded.settings().warnings() : loaded.warnings();
      warnings.forEach(w -> console.err().println("dcos-net: " + file + ": " + w));
      MesosDnsConfig config = loaded.config();
      return loaded.listener().isUnspecified()
          ? loaded
              .settings()
              .withConfig(config.toBuilder().listenerAddresses(OwnAddresses.ofMachine()).build())
          : loaded.settings();
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> arguments.problem(file + ": " + problem));
    } catch (IOException e) {
      arguments.problem(file + ": cannot be read: " + e.getMessage());
    }
    return MesosDnsSettings.of(MesosDnsConfig.defaults());
  }
}
