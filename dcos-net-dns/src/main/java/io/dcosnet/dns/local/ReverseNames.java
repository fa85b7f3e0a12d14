// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;

/**
 * Says which names of a zone an address should be known by: of all names that have it, those with
 * the lowest rank. Must be a pure function and thread-safe.
 */
@FunctionalInterface
public interface ReverseNames {

  /** The rank of a name that no address should be known by. */
  int NEVER = -1;

  /** 0 or more, lower is better; {@link #NEVER} to leave the name out. */
  int rank(DomainName name);

  /** Every name is as good as any other. */
  static ReverseNames all() {
    return name -> 0;
  }

  /**
   * Names of the zone that Mesos-DNS makes: a node is known by its number as a master, else as
   * {@code slave}, and an address of containers by the names that belong to one task alone. Names
   * that instances share are left out, and so are the ones that tasks have for their node.
   *
   * @param origin such as {@code mesos.}
   */
  static ReverseNames mesos(DomainName origin) {
    return new MesosReverseNames(requireNonNull(origin, "origin"));
  }
}
