// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import picocli.CommandLine;

/** {@code dcos-net dns}: the group of commands about names. */
@CommandLine.Command(
    name = "dns",
    description = "Names of a cluster's tasks: print their records, or serve them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DnsRecordsCommand.class, DnsServeCommand.class})
public final class DnsCommand {}
