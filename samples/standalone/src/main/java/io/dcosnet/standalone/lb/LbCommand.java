// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import picocli.CommandLine;

/** {@code dcos-net lb}: the group of commands about what carries connections. */
@CommandLine.Command(
    name = "lb",
    description = "Virtual addresses by themselves: serve those of a file.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LbServeCommand.class})
public final class LbCommand {}
