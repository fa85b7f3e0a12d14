// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.explain.Explanation.Step;
import io.dcosnet.dns.name.DomainName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server does besides looking into its zones, for an {@link Explainer}. <b>Thread-safe.</b>
 */
public interface Beyond {

  /** Everybody is let in, and nobody is asked. */
  Beyond NOTHING =
      new Beyond() {
        @Override
        public Entry entry(DomainName name, int type, @Nullable IpAddress client) {
          return new Entry(List.of(), false);
        }

        @Override
        public List<Step> outside(DomainName name, int type, @Nullable IpAddress client) {
          return List.of();
        }
      };

  /**
   * What happens before the zones are looked into.
   *
   * @param barred true when the client is turned away there
   */
  record Entry(List<Step> steps, boolean barred) {
    public Entry {
      steps = List.copyOf(steps);
    }
  }

  /**
   * Rules for the client, and handlers that stand before the zones.
   *
   * @param client null when that is left open
   */
  Entry entry(DomainName name, int type, @Nullable IpAddress client);

  /** True when {@link #outside} is asked about the name although it lies below a zone. */
  default boolean takesFromZone(DomainName name) {
    return false;
  }

  /** Who is asked about a name that no zone has; empty when nobody is. */
  List<Step> outside(DomainName name, int type, @Nullable IpAddress client);
}
