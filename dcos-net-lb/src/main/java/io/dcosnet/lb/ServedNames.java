// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.TableAssembly;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names as this node's clients use them. What the data path does not have yet waits; a name
 * that is there stays as it was meanwhile, for that is what the data path still serves.
 *
 * <p>Most names stay as they are from one table to the next; their entries are kept, and the same
 * snapshot is given while nothing changes at all.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class ServedNames {

  /** A service that serves, where clients find it, and what its port is called. */
  private record Part(Service service, @Nullable HostPort client, List<String> portNames) {

    /** Whether nothing is new; services that did not change are the same object. */
    @SuppressWarnings("ReferenceEquality") // a short cut that only costs work when it is wrong
    boolean sameAs(Part other) {
      return service == other.service
          && Objects.equals(client, other.client)
          && portNames.equals(other.portNames);
    }
  }

  /** A name, with what it was made of. */
  private record Held(List<Part> parts, VipDirectory.Entry entry) {

    boolean isMadeOf(List<Part> others) {
      if (parts.size() != others.size()) {
        return false;
      }
      for (int i = 0; i < parts.size(); i++) {
        if (!parts.get(i).sameAs(others.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  private Map<String, Held> names = new HashMap<>();
  private VipDirectory.Snapshot snapshot = VipDirectory.Snapshot.EMPTY;

  /** The names after a table was made or applied. */
  VipDirectory.Snapshot update(TableAssembly assembly, ApplyReport report) {
    Map<String, List<Part>> parts = new HashMap<>(names.size() * 2);
    Set<String> waiting = new HashSet<>();
    for (Service service : assembly.live()) {
      VipKey key = service.key();
      if (key.name() == null) {
        continue;
      }
      ApplyReport.Outcome outcome = report.services().get(service.frontend());
      if (outcome == null) {
        waiting.add(key.name());
      } else {
        parts
            .computeIfAbsent(key.name(), name -> new ArrayList<>(1))
            .add(new Part(service, outcome.client(), assembly.portNames(key)));
      }
    }
    Map<String, Held> next = new HashMap<>(names.size() * 2);
    for (String name : waiting) {
      Held held = names.get(name);
      if (held != null) {
        next.put(name, held);
        parts.remove(name);
      }
    }
    boolean changed = false;
    for (Map.Entry<String, List<Part>> entry : parts.entrySet()) {
      Held held = names.get(entry.getKey());
      if (held == null || !held.isMadeOf(entry.getValue())) {
        changed = true;
        held = new Held(entry.getValue(), entry(entry.getKey(), entry.getValue()));
      }
      next.put(entry.getKey(), held);
    }
    changed |= next.size() != names.size();
    names = next;
    if (changed) {
      snapshot = snapshot(next);
    }
    return snapshot;
  }

  private static VipDirectory.Snapshot snapshot(Map<String, Held> names) {
    Map<String, VipDirectory.Entry> entries = new HashMap<>(names.size() * 2);
    names.forEach((name, held) -> entries.put(name, held.entry));
    return new VipDirectory.Snapshot(entries);
  }

  private static VipDirectory.Entry entry(String name, List<Part> parts) {
    IpAddress ipv4 = null;
    IpAddress ipv6 = null;
    Set<VipDirectory.Service> services = new HashSet<>();
    for (Part part : parts) {
      HostPort client = part.client;
      if (client == null) {
        continue;
      }
      if (client.address().isIpv4()) {
        ipv4 = client.address();
      } else {
        ipv6 = client.address();
      }
      VipKey key = part.service.key();
      services.add(
          new VipDirectory.Service(key.protocol(), client.port(), key.port(), part.portNames));
    }
    return new VipDirectory.Entry(name, ipv4, ipv6, services);
  }
}
