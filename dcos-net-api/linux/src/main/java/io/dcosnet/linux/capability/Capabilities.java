// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.capability;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.linux.Linux;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that this process can use of the kernel, in the network namespace of the thread that asked.
 * <b>Immutable.</b>
 *
 * <p>Each feature is tried, since having the right files or numbers says little: what is tried is
 * always something that the kernel must refuse in the end, for a reason that shows that it knows
 * the rest. So nothing is left behind, even when the process ends in the midst of it. Where modules
 * are loaded on demand, this loads them.
 */
public final class Capabilities {

  private final Map<Feature, Capability> all;

  private Capabilities(Map<Feature, Capability> all) {
    this.all = all;
  }

  /** Tries everything; takes some milliseconds, or longer where modules are loaded. */
  public static Capabilities probe() {
    Map<Feature, Capability> all = new EnumMap<>(Feature.class);
    Optional<String> lack = Linux.unavailableBecause();
    for (Feature feature : Feature.values()) {
      all.put(
          feature,
          lack.map(reason -> new Capability(feature, false, "call the kernel", reason))
              .orElseGet(() -> probe(feature)));
    }
    return new Capabilities(all);
  }

  private static Capability probe(Feature feature) {
    try {
      return Probes.run(feature);
    } catch (DcosNetException e) {
      return new Capability(feature, false, "ask the kernel", String.valueOf(e.getMessage()));
    }
  }

  public Capability get(Feature feature) {
    return all.getOrDefault(feature, new Capability(feature, false, "ask the kernel", "not tried"));
  }

  public boolean has(Feature feature) {
    return get(feature).isThere();
  }

  /** All, in the order of {@link Feature}. */
  public List<Capability> list() {
    return List.copyOf(all.values());
  }

  @Override
  public String toString() {
    return all.values().toString();
  }
}
