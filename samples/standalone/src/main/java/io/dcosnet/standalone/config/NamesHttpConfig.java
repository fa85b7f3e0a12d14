// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosDnsSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns.http}: an HTTP interface for names with a port of its own. <b>Immutable.</b>
 *
 * @param mesosDns what the API of Mesos-DNS shows and whether it lists names; null for another
 *     flavour
 */
public record NamesHttpConfig(
    HostPort listen, Flavour flavour, @Nullable MesosDnsSettings mesosDns) {

  /** Whose HTTP interface is spoken. */
  public enum Flavour {
    MESOS_DNS,
    DCOS_NET,
    NATIVE
  }

  /**
   * Reads the section.
   *
   * @param zone null where the zone {@code mesos} is not served
   * @param file what a configuration of Mesos-DNS says; null without one
   * @return null for no such interface
   */
  static @Nullable NamesHttpConfig read(
      Section http, @Nullable MesosDnsConfig zone, @Nullable MesosDnsSettings file) {
    boolean enabled = http.value("enabled", Kind.FLAG, true, "Whether there is such an interface.");
    HostPort byFile =
        file != null && file.httpOn() ? new HostPort(file.httpListener(), file.httpPort()) : null;
    HostPort listen =
        http.optional(
            "listen",
            Kind.ENDPOINT,
            byFile,
            "Where it listens; Mesos-DNS has port 8123. Unset: nowhere.");
    Flavour flavour =
        http.value(
            "flavour",
            Kind.word(List.of(Flavour.values())),
            Flavour.MESOS_DNS,
            "Whose answers it gives: those of Mesos-DNS for the zone mesos, those of dcos-net, or"
                + " our own.");
    boolean enumeration =
        http.value(
            "enumeration",
            Kind.FLAG,
            file == null || file.enumerationOn(),
            "Whether Mesos-DNS' answers list all names, at enumerate and axfr.");
    if (listen == null || !enabled) {
      return null;
    }
    if (flavour != Flavour.MESOS_DNS) {
      if (!enumeration) {
        http.problem("enumeration", false, "true, but with flavour mesos-dns");
      }
      return new NamesHttpConfig(listen, flavour, null);
    }
    if (zone == null) {
      http.problem("flavour", "mesos-dns", "dcos-net or native where dns.mesos is not served");
      return null;
    }
    MesosDnsSettings settings = file == null ? MesosDnsSettings.of(zone) : file.withConfig(zone);
    return new NamesHttpConfig(listen, flavour, settings.withEnumeration(enumeration));
  }
}
