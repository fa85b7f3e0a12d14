// SPDX-License-Identifier: Apache-2.0

/** Inputs from Mesos, Marathon and files. */
module io.dcosnet.sources {
  // Exports are added together with the first public type of a package.
  requires transitive io.dcosnet.api;
  requires com.fasterxml.jackson.core;
  requires java.net.http;
  requires org.slf4j;
}
