// SPDX-License-Identifier: Apache-2.0

/** Inputs from Mesos, Marathon and files. */
module io.dcosnet.sources {
  requires static transitive org.jspecify;
  requires transitive io.dcosnet.api;
  requires com.fasterxml.jackson.core;
  requires java.net.http;
  requires org.slf4j;

  exports io.dcosnet.sources;
  exports io.dcosnet.sources.exchange;
  exports io.dcosnet.sources.facts;
  exports io.dcosnet.sources.auth;
  exports io.dcosnet.sources.marathon;
  exports io.dcosnet.sources.mesos;
}
