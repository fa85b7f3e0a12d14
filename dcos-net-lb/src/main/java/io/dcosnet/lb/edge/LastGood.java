// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.lb.edge.label.PortLabels;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the model before this one held, as far as it decides something now. <b>Immutable.</b> */
final class LastGood {

  /** Before the first model. */
  static final LastGood NONE = new LastGood(Map.of(), Map.of());

  private record Key(String app, int index) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byApp = app.compareTo(other.app);
      return byApp != 0 ? byApp : Integer.compare(index, other.index);
    }
  }

  private final Map<Key, PortLabels> labels;
  private final Map<Integer, String> owners;

  private LastGood(Map<Key, PortLabels> labels, Map<Integer, String> owners) {
    this.labels = labels;
    this.owners = owners;
  }

  static LastGood of(Iterable<EdgeService> services) {
    Map<Key, PortLabels> labels = new TreeMap<>();
    Map<Integer, String> owners = new TreeMap<>();
    for (EdgeService service : services) {
      labels.put(new Key(service.app(), service.index()), service.labels());
      if (service.listens()) {
        owners.put(service.port(), service.app());
      }
    }
    return new LastGood(labels, owners);
  }

  /** The labels that a port of an app was served with. */
  @Nullable PortLabels labels(String app, int index) {
    return labels.get(new Key(app, index));
  }

  /** True when the app held the port. */
  boolean owned(int port, String app) {
    return app.equals(owners.get(port));
  }
}
