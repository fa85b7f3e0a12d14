// SPDX-License-Identifier: Apache-2.0
/**
 * The model of a cluster and the seams between the parts of dcos-net; start reading at {@link
 * io.dcosnet.api.model.ClusterState} and {@link io.dcosnet.api.Lifecycle}.
 */
module io.dcosnet.api {
  requires static transitive org.jspecify;
  requires org.pcollections;
  requires org.slf4j;

  exports io.dcosnet.api;
  exports io.dcosnet.api.cluster;
  exports io.dcosnet.api.event;
  exports io.dcosnet.api.http;
  exports io.dcosnet.api.model;
  exports io.dcosnet.api.net;
  exports io.dcosnet.api.spi;
  exports io.dcosnet.api.store;
  exports io.dcosnet.api.vip;
}
