// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import picocli.CommandLine;

/** {@code dcos-net edge}: the group of commands about requests from outside. */
@CommandLine.Command(
    name = "edge",
    description = "The edge: which requests from outside reach which tasks, as Marathon-LB would.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {EdgeExplainCommand.class, EdgeRenderCommand.class})
public final class EdgeCommand {}
