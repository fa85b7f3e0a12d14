// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import picocli.CommandLine;

/** {@code dcos-net overlay}: the group of commands about container networks. */
@CommandLine.Command(
    name = "overlay",
    description = "Container networks: what agents get, and whether it works here.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {OverlayPlanCommand.class, OverlayAgentCommand.class, SelfTestCommand.class})
public final class OverlayCommand {}
