// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.records.MesosDnsSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code dcos-net dns serve} was told to serve. <b>Immutable.</b>
 *
 * @param master who is asked for the state; null for nobody
 * @param stateFile a file with a state; null for none
 * @param settings how the zone {@code mesos} is made of it
 * @param zoneFiles master files by the origin of their zone
 * @param forward who is asked about other names; null for nobody
 * @param queryLog which queries are logged; null for none
 * @param http where names are told over HTTP; null for nowhere
 */
record ServeWish(
    SocketWish sockets,
    @Nullable URI master,
    @Nullable Path stateFile,
    MesosDnsSettings settings,
    Map<DomainName, Path> zoneFiles,
    @Nullable ForwardWish forward,
    @Nullable QueryLog queryLog,
    @Nullable HostPort http) {}
