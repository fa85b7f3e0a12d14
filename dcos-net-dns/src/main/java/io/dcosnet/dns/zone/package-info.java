// SPDX-License-Identifier: Apache-2.0

/**
 * What is served: a zone as an immutable snapshot that shares with the one before it all that did
 * not change, the place where the newest snapshot is published, and the table of all zones of a
 * server. Start reading at {@link io.dcosnet.dns.zone.ZoneSnapshot}, then {@link
 * io.dcosnet.dns.zone.Zone}.
 */
@NullMarked
package io.dcosnet.dns.zone;

import org.jspecify.annotations.NullMarked;
