// SPDX-License-Identifier: Apache-2.0

/**
 * Zones and hosts from files that people write: RFC 1035 master files, read and written, and the
 * format of {@code /etc/hosts}; files are watched. Start reading at {@link
 * io.dcosnet.dns.zonefile.FileZone}, then {@link io.dcosnet.dns.zonefile.MasterFile}.
 */
@NullMarked
package io.dcosnet.dns.zonefile;

import org.jspecify.annotations.NullMarked;
