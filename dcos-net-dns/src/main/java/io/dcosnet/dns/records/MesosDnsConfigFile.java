// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the JSON configuration file of Mesos-DNS as it is, so that nobody has to write a new one.
 * Keys count whatever their case, as there.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns
 *     docs/docs/configuration-parameters.md</a>
 */
public final class MesosDnsConfigFile {

  /** What the file says. <b>Immutable.</b> */
  public static final class Loaded {
    private final MesosDnsSettings settings;
    private final List<String> warnings;

    private Loaded(MesosDnsSettings settings, List<String> warnings) {
      this.settings = settings;
      this.warnings = List.copyOf(warnings);
    }

    /**
     * The part that says how the zone is made. Its listener addresses are empty when the file says
     * to listen on all addresses: only the host knows which those are.
     */
    public MesosDnsConfig config() {
      return settings.config();
    }

    /** Everything that the file says, for a host that runs a server by it. */
    public MesosDnsSettings settings() {
      return settings;
    }

    /** Where DNS is to be served; 0.0.0.0, the default, means everywhere. */
    public IpAddress listener() {
      return settings.listener();
    }

    /** Port for DNS, 53 by default. */
    public int port() {
      return settings.port();
    }

    /**
     * Keys that say nothing to who makes records only, one line each; a server that follows the
     * {@link #settings} has its own {@linkplain MesosDnsSettings#warnings list}.
     */
    public List<String> warnings() {
      return warnings;
    }
  }

  private static final List<String> USED =
      List.of(
          "domain",
          "ttl",
          "IPSources",
          "EnforceRFC952",
          "masters",
          "listener",
          "port",
          "refreshSeconds",
          "SRVRecordDefaultWeight",
          "SOAMname",
          "SOARname",
          "SOARefresh",
          "SOARetry",
          "SOAExpire",
          "dnson",
          "httpon");

  /** Known to Mesos-DNS, without meaning for the zone. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "zk",
          "zkDetectionTimeout",
          "stateTimeoutSeconds",
          "timeout",
          "resolvers",
          "zoneResolvers",
          "HTTPListener",
          "httpport",
          "externalon",
          "recurseon",
          "SOASerial",
          "SOAMinttl",
          "SetTruncateBit",
          "EnumerationOn",
          "MesosHTTPSOn",
          "CACertFile",
          "CertFile",
          "KeyFile",
          "MesosAuthentication",
          "MesosCredentials",
          "IAMConfigFile");

  private final ConfigKeys keys;

  private MesosDnsConfigFile(String json) {
    List<String> known = new ArrayList<>(USED);
    known.addAll(WITHOUT_EFFECT);
    keys = new ConfigKeys("Mesos-DNS", json, known);
  }

  /**
   * Reads the text of a file.
   *
   * @throws ConfigurationException that lists all problems
   */
  public static Loaded read(String json) {
    return new MesosDnsConfigFile(json).load();
  }

  private Loaded load() {
    List<String> warnings = new ArrayList<>(keys.warnings());
    for (String key : WITHOUT_EFFECT) {
      if (keys.has(key)) {
        warnings.add(key + ": has no effect on the records");
      }
    }
    MesosDnsConfig.Builder builder = MesosDnsConfig.builder();
    keys.text("domain").ifPresent(builder::domain);
    keys.number("ttl").ifPresent(builder::ttlSeconds);
    sources().ifPresent(builder::ipSources);
    keys.flag("EnforceRFC952").ifPresent(builder::enforceRfc952);
    keys.texts("masters").ifPresent(builder::masters);
    keys.number("refreshSeconds").ifPresent(builder::refreshSeconds);
    keys.number("SRVRecordDefaultWeight").ifPresent(builder::srvWeight);
    keys.text("SOAMname").ifPresent(builder::soaPrimary);
    keys.text("SOARname").ifPresent(builder::soaMailbox);
    keys.number("SOARefresh").ifPresent(builder::soaRefreshSeconds);
    keys.number("SOARetry").ifPresent(builder::soaRetrySeconds);
    keys.number("SOAExpire").ifPresent(builder::soaExpireSeconds);
    IpAddress listener = keys.address("listener").orElse(IpAddress.ANY_IPV4);
    if (!listener.isUnspecified()) {
      builder.listenerAddresses(List.of(listener));
    }
    builder.check(keys::problem);
    MesosDnsSettingsReader reader = new MesosDnsSettingsReader(keys);
    reader.read(listener);
    keys.check();
    return new Loaded(reader.settings(builder.build()), warnings);
  }

  private Optional<List<IpSource>> sources() {
    return keys.texts("IPSources")
        .map(
            words -> {
              List<IpSource> sources = new ArrayList<>();
              for (String word : words) {
                IpSource.ofWord(word)
                    .ifPresentOrElse(
                        sources::add,
                        () ->
                            keys.problem(
                                "IPSources: \""
                                    + word
                                    + "\" (expected: "
                                    + IpSource.words()
                                    + ")"));
              }
              // An unknown word is told once, not again as a list that is too short.
              return sources.isEmpty() && !words.isEmpty()
                  ? MesosDnsConfig.DEFAULT_IP_SOURCES
                  : sources;
            });
  }
}
