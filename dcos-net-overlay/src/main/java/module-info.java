// SPDX-License-Identifier: Apache-2.0

/** An address for every container. */
module io.dcosnet.overlay {
  requires transitive io.dcosnet.api;
  requires transitive io.dcosnet.netty;
  requires static io.dcosnet.linux;
  requires java.net.http;
  requires com.fasterxml.jackson.databind;
  requires org.pcollections;
  requires org.slf4j;

  exports io.dcosnet.overlay;
  exports io.dcosnet.overlay.agent;
  exports io.dcosnet.overlay.allocate;
  exports io.dcosnet.overlay.apply;
  exports io.dcosnet.overlay.config;
  exports io.dcosnet.overlay.desired;
  exports io.dcosnet.overlay.exchange;
  exports io.dcosnet.overlay.host;
  exports io.dcosnet.overlay.http;
  exports io.dcosnet.overlay.link;
}
