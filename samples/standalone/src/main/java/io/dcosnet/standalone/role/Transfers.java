// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.transfer.SecondaryZone;
import io.dcosnet.dns.transfer.TransferPolicy;
import io.dcosnet.dns.transfer.TsigKey;
import io.dcosnet.standalone.config.TransferConfig;
import io.dcosnet.standalone.config.TransferConfig.Secondary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns.transfer}: who may copy zones, and zones that are copies.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Transfers {

  private static final List<Cidr> ANYBODY = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

  private final TransferConfig config;
  private final List<String> problems;
  private final Map<Path, TsigKey> keys = new HashMap<>();

  /**
   * @param problems gets what is wrong with the files of keys
   */
  Transfers(TransferConfig config, List<String> problems) {
    this.config = config;
    this.problems = problems;
  }

  /** Null where nobody may copy and nobody is told. */
  @Nullable TransferPolicy policy() {
    List<TsigKey> signers = new ArrayList<>();
    for (Path file : config.keyFiles()) {
      TsigKey key = key("keys", file);
      if (key != null) {
        signers.add(key);
      }
    }
    boolean signed = !config.keyFiles().isEmpty();
    List<Cidr> clients = signed && config.allow().isEmpty() ? ANYBODY : config.allow();
    if (clients.isEmpty() && config.told().isEmpty()) {
      return null;
    }
    TransferPolicy.Builder policy =
        TransferPolicy.builder().notify(config.told().toArray(HostPort[]::new));
    for (Cidr client : clients) {
      if (!signed) {
        policy.allow(client);
      }
      signers.forEach(key -> allow(client, key, policy));
    }
    return policy.build();
  }

  private void allow(Cidr client, TsigKey key, TransferPolicy.Builder policy) {
    try {
      policy.allow(client, key);
    } catch (IllegalArgumentException e) {
      String problem = "dns.transfer.keys: " + e.getMessage();
      if (!problems.contains(problem)) {
        problems.add(problem);
      }
    }
  }

  /** The zones that others have first. */
  List<SecondaryZone> secondaries(Scheduler scheduler) {
    List<SecondaryZone> zones = new ArrayList<>();
    for (Secondary secondary : config.secondaries()) {
      SecondaryZone.Builder zone =
          SecondaryZone.builder(secondary.origin(), scheduler)
              .primaries(secondary.primaries().toArray(HostPort[]::new));
      Path file = secondary.keyFile();
      TsigKey key = file == null ? null : key("secondaries", file);
      if (key != null) {
        zone.key(key);
      }
      zones.add(zone.build());
    }
    return zones;
  }

  /** One key for one file, however often it is named. */
  private @Nullable TsigKey key(String of, Path file) {
    TsigKey known = keys.get(file);
    if (known != null) {
      return known;
    }
    String place = "dns.transfer." + of + ": " + file;
    try {
      TsigKey key = TsigKey.parse(Files.readString(file).strip());
      keys.put(file, key);
      return key;
    } catch (DecodeException e) {
      problems.add(place + ": " + e.getMessage());
    } catch (IOException e) {
      problems.add(place + " (expected: a readable file; " + e + ")");
    }
    return null;
  }
}
