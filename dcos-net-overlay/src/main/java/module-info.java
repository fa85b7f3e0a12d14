// SPDX-License-Identifier: Apache-2.0

/** An address for every container. */
module io.dcosnet.overlay {
  // Exports are added together with the first public type of a package.
  requires transitive io.dcosnet.api;
  requires transitive io.dcosnet.netty;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;
}
