// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsConfigFile;
import io.dcosnet.dns.records.MesosDnsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a configuration file of Mesos-DNS and tells what a node does not take of it. */
final class MesosDnsImport {

  private static final Logger LOGGER = LoggerFactory.getLogger(MesosDnsImport.class);

  private static final NotTaken<MesosDnsSettings> NOT_TAKEN =
      new NotTaken<>(MesosDnsSettings.of(MesosDnsConfig.defaults()))
          .key("recurseon", MesosDnsSettings::recurseOn)
          .key("zkDetectionTimeout", MesosDnsSettings::zkDetectionTimeout);

  /** Belongs into section {@code sources}. */
  private static final NotTaken<MesosDnsSettings> OF_SOURCES =
      new NotTaken<>(MesosDnsSettings.of(MesosDnsConfig.defaults()))
          .key("zk (say it in sources.zk)", MesosDnsSettings::zooKeeper)
          .key("refreshSeconds (say it in sources.refresh)", MesosDnsSettings::refresh)
          .key("stateTimeoutSeconds (say it in sources.timeout)", MesosDnsSettings::stateTimeout)
          .key("MesosHTTPSOn (say it in sources.masters)", MesosDnsSettings::mesosHttps)
          .key("CACertFile (say it in sources.tls)", MesosDnsSettings::caCertificate)
          .key("CertFile (say it in sources.tls)", MesosDnsSettings::certificate)
          .key("KeyFile (say it in sources.tls)", MesosDnsSettings::key)
          .key(
              "MesosAuthentication (say it in sources.authentication)",
              MesosDnsSettings::authentication);

  private MesosDnsImport() {}

  /**
   * What the file says.
   *
   * @param mesos gets what is wrong with it
   * @return null when it cannot be used
   */
  static @Nullable MesosDnsSettings read(Section mesos, Path file) {
    try {
      MesosDnsSettings settings = MesosDnsConfigFile.read(Files.readString(file)).settings();
      settings.warnings().forEach(warning -> LOGGER.warn("{}: {}", file, warning));
      NOT_TAKEN.warn(file, settings);
      OF_SOURCES.warn(file, settings);
      if (!settings.config().masters().isEmpty()) {
        LOGGER.warn("{}: masters: only number the names of masters (see sources.masters)", file);
      }
      return settings;
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> mesos.problemLine("mesosDnsConfigFile: " + problem));
    } catch (IOException e) {
      mesos.problem("mesosDnsConfigFile", file, "a file that can be read: " + e.getMessage());
    }
    return null;
  }
}
