// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What happens to questions about a name and all names below it. <b>Immutable.</b> */
public sealed interface Route {

  /** The name at the top. */
  DomainName suffix();

  /**
   * Servers are asked.
   *
   * @param upstreams in the order of preference; without any the answer is SERVFAIL
   */
  record Ask(DomainName suffix, Policy policy, List<Upstream> upstreams) implements Route {
    public Ask {
      requireNonNull(suffix, "suffix");
      requireNonNull(policy, "policy");
      upstreams = List.copyOf(upstreams);
      Set<Upstream> once = new HashSet<>();
      for (Upstream upstream : upstreams) {
        if (!once.add(upstream)) {
          throw new IllegalArgumentException(
              "route " + suffix + ": " + upstream + " given twice (expected: each server once)");
        }
      }
    }
  }

  /** Nobody is asked, and the answer is REFUSED. */
  record Refuse(DomainName suffix) implements Route {
    public Refuse {
      requireNonNull(suffix, "suffix");
    }
  }

  /** Nobody is asked, since such names do not exist out there: NXDOMAIN. */
  record Deny(DomainName suffix) implements Route {
    public Deny {
      requireNonNull(suffix, "suffix");
    }
  }

  /** The names of a zone of this server, which never leave: REFUSED. */
  record Own(DomainName suffix) implements Route {
    public Own {
      requireNonNull(suffix, "suffix");
    }
  }
}
