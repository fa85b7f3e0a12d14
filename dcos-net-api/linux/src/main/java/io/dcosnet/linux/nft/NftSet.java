// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static java.util.Objects.requireNonNull;

/**
 * Names a set or a map. <b>Immutable.</b>
 *
 * @param table the table that holds it
 */
public record NftSet(NftFamily family, String table, String name) {

  public NftSet {
    requireNonNull(family, "family");
    requireNonNull(table, "table");
    requireNonNull(name, "name");
  }

  /** Such as {@code set vips of table inet dcosnet}. */
  @Override
  public String toString() {
    return "set " + name + " of table " + family + " " + table;
  }
}
