// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.names;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.http.DcosDnsApi;
import io.dcosnet.dns.http.MesosDnsApi;
import io.dcosnet.dns.http.ZonesApi;
import io.dcosnet.dns.records.MesosDnsSettings;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zonefile.ZoneText;
import io.dcosnet.netty.NetRuntime;
import java.util.List;

/** The HTTP interfaces for the names of a server. <b>Confined to</b> the thread that builds it. */
public final class NamesHttp {

  /** A part of an interface that a server mounts by itself, with what it is for. */
  public record Resource(String path, String says) {}

  /** What {@link #dcosNet} answers, but for the version, which is the matter of the node. */
  public static final List<Resource> DCOS_NET =
      List.of(
          new Resource("/v1/hosts", "addresses of a name, /v1/hosts/{name}, as dcos-net"),
          new Resource("/v1/services", "services of a name, /v1/services/{name}, as dcos-net"),
          new Resource("/v1/records", "addresses and services of all zones, as dcos-net"));

  /** What {@link #ours} answers. */
  public static final List<Resource> OURS =
      List.of(
          new Resource("/v1/zones", "all zones; /v1/zones/{origin} as a master file"),
          new Resource("/v1/names", "all records of a name, /v1/names/{name}"),
          new Resource("/v1/collisions", "names that were wanted for different things"),
          new Resource("/v1/refused", "what could not become a record, and why"),
          new Resource("/v1/explain", "why a name is answered as it is, ?name=&type=&client="));

  private final DnsServer server;
  private final NetRuntime net;

  public NamesHttp(DnsServer server, NetRuntime net) {
    this.server = server;
    this.net = net;
  }

  /** The API of Mesos-DNS for its zone. */
  public HttpHandler mesosDns(MesosZone zone, MesosDnsSettings settings) {
    return MesosDnsApi.builder(zone, net.executor()).settings(settings).build();
  }

  /** The API of dcos-net for all zones. */
  public HttpHandler dcosNet() {
    return DcosDnsApi.builder(server.explainer(), net.executor()).build();
  }

  /** Our own view of all zones. */
  public HttpHandler ours() {
    return ZonesApi.builder(server.explainer(), net.executor()).writer(ZoneText::of).build();
  }
}
