// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.DomainNameBuilder;
import io.dcosnet.dns.records.MesosDnsSettings.Authentication;
import io.dcosnet.dns.records.MesosDnsSettings.Credentials;
import io.dcosnet.dns.records.MesosDnsSettings.Draft;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys that say how a server runs, rather than how the zone is made. */
final class MesosDnsSettingsReader {

  private static final String SERVER = "(?:\\[[0-9a-fA-F:.]+\\]|[^,/@:\\[\\]\\s]+)(?::[0-9]{1,5})?";

  private static final Pattern ZOO_KEEPER =
      Pattern.compile("zk://(?:[^@/,\\s]+@)?" + SERVER + "(?:," + SERVER + ")*(?:/\\S*)?");

  private final ConfigKeys keys;
  private final Draft draft = new Draft(MesosDnsConfig.defaults());

  MesosDnsSettingsReader(ConfigKeys keys) {
    this.keys = keys;
  }

  /** Takes all keys; what is wrong is noted with them. */
  void read(IpAddress listener) {
    draft.listener = listener;
    keys.port("port").ifPresent(port -> draft.port = port);
    keys.address("HTTPListener").ifPresent(address -> draft.httpListener = address);
    keys.port("httpport").ifPresent(port -> draft.httpPort = port);
    keys.flag("dnson").ifPresent(on -> draft.dnsOn = on);
    keys.flag("httpon").ifPresent(on -> draft.httpOn = on);
    if (!draft.dnsOn && !draft.httpOn) {
      keys.problem("dnson: false, httpon: false (expected: one of them at least)");
    }
    keys.flag("EnumerationOn").ifPresent(on -> draft.enumerationOn = on);
    readMasters();
    readAuthentication();
    readForwarding();
    // Overwritten with the time, or never used, by Mesos-DNS itself.
    for (String unused : List.of("SOASerial", "SOAMinttl")) {
      keys.number(unused).ifPresent(value -> keys.warning(unused + ": has no effect"));
    }
  }

  /** What was read, with the zone. */
  MesosDnsSettings settings(MesosDnsConfig config) {
    draft.config = config;
    draft.warnings = keys.warnings();
    return MesosDnsSettings.of(draft);
  }

  private void readMasters() {
    draft.zooKeeper = zooKeeper();
    keys.number("zkDetectionTimeout", 0).ifPresent(value -> draft.zkDetectionSeconds = value);
    keys.number("stateTimeoutSeconds", 1).ifPresent(value -> draft.stateTimeoutSeconds = value);
    keys.flag("MesosHTTPSOn").ifPresent(on -> draft.mesosHttps = on);
    draft.caCertificate = path("CACertFile");
    draft.certificate = path("CertFile");
    draft.key = path("KeyFile");
    if ((draft.certificate == null) != (draft.key == null)) {
      keys.problem("CertFile, KeyFile: only one of them (expected: both or none)");
    }
  }

  /** Never tells what it found, which may hold a secret. */
  private @Nullable String zooKeeper() {
    Object given = keys.secret("zk");
    if (given == null || given.equals("")) {
      return null;
    }
    if (given instanceof String url && ZOO_KEEPER.matcher(url).matches()) {
      return url;
    }
    keys.problem("zk: (expected: zk://host:port,host:port/path)");
    return null;
  }

  private void readAuthentication() {
    keys.text("MesosAuthentication")
        .ifPresent(
            word ->
                Authentication.ofWord(word)
                    .ifPresentOrElse(
                        way -> draft.authentication = way,
                        () ->
                            keys.problem(
                                "MesosAuthentication: \""
                                    + word
                                    + "\" (expected: basic, iam or empty)")));
    draft.credentials = credentials();
    draft.iamConfig = path("IAMConfigFile");
    boolean named = !draft.credentials.principal().isEmpty();
    switch (draft.authentication) {
      case BASIC -> {
        if (!named) {
          keys.problem("MesosCredentials: no principal (expected: one, for basic authentication)");
        }
      }
      case IAM -> {
        if (draft.iamConfig == null) {
          keys.problem("IAMConfigFile: missing (expected: a file, for iam authentication)");
        }
      }
      case NONE -> {
        if (named) {
          keys.warning("MesosCredentials: not used, since MesosAuthentication is not basic");
        }
        if (draft.iamConfig != null) {
          keys.warning("IAMConfigFile: not used, since MesosAuthentication is not iam");
        }
      }
    }
  }

  /** Never tells what it found, which may be the secret. */
  private Credentials credentials() {
    Object given = keys.secret("MesosCredentials");
    String principal = "";
    String secret = "";
    boolean sound = given == null || given instanceof Map<?, ?>;
    if (given instanceof Map<?, ?> object) {
      for (Map.Entry<?, ?> entry : object.entrySet()) {
        String value = entry.getValue() instanceof String text ? text : null;
        if (value == null) {
          sound = false;
        } else if (String.valueOf(entry.getKey()).equalsIgnoreCase("principal")) {
          principal = value;
        } else if (String.valueOf(entry.getKey()).equalsIgnoreCase("secret")) {
          secret = value;
        }
      }
    }
    if (!sound) {
      keys.problem("MesosCredentials: (expected: an object with texts principal and secret)");
    }
    return new Credentials(principal, secret);
  }

  private void readForwarding() {
    keys.flag("externalon").ifPresent(on -> draft.externalOn = on);
    keys.flag("recurseon").ifPresent(on -> draft.recurseOn = on);
    keys.flag("SetTruncateBit").ifPresent(on -> draft.truncateBit = on);
    keys.number("timeout", 0)
        .filter(seconds -> seconds > 0) // 0 stands for the default
        .ifPresent(seconds -> draft.forwardSeconds = seconds);
    keys.nameServers("resolvers").ifPresent(servers -> draft.resolvers = servers);
    keys.zoneServers("zoneResolvers")
        .ifPresent(
            zones -> {
              draft.zoneResolvers = zones;
              checkZones(zones);
            });
  }

  /** Which of two such zones a name belongs to Mesos-DNS does not say, so it refuses both. */
  private void checkZones(Map<DomainName, List<HostPort>> zones) {
    List<DomainName> names = new ArrayList<>(zones.keySet());
    String domain = keys.text("domain").orElse(MesosDnsConfig.DEFAULT_DOMAIN);
    DomainName own = new DomainNameBuilder().append(domain).build(DomainName.ROOT, true);
    if (own != null) { // else that is told with the problems of the zone
      names.add(own);
    }
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        DomainName one = names.get(i);
        DomainName two = names.get(j);
        if (one.isUnder(two) || two.isUnder(one)) {
          keys.problem(
              "zoneResolvers: " + one + " and " + two + " (expected: no zone inside another)");
        }
      }
    }
  }

  private @Nullable Path path(String key) {
    String text = keys.text(key).orElse("");
    try {
      return text.isEmpty() ? null : Path.of(text);
    } catch (InvalidPathException e) {
      keys.problem(key + ": (expected: the name of a file; " + e.getReason() + ")");
      return null;
    }
  }
}
