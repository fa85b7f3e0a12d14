// SPDX-License-Identifier: Apache-2.0
/**
 * The file by which programs of a node find their name servers: {@link
 * io.dcosnet.dns.resolvconf.ReadyProbe} tells which of ours answer, {@link
 * io.dcosnet.dns.resolvconf.ResolvConf} makes the text, {@link
 * io.dcosnet.dns.resolvconf.ResolvConfFile} puts it in place, {@link
 * io.dcosnet.dns.resolvconf.ResolvConfOrigin} keeps what was there before. {@link
 * io.dcosnet.dns.resolvconf.ResolvConfUpstreams} reads it on hosts that write it themselves.
 */
@NullMarked
package io.dcosnet.dns.resolvconf;

import org.jspecify.annotations.NullMarked;
