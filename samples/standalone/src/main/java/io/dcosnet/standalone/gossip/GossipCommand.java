// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import picocli.CommandLine;

/** {@code dcos-net gossip}: the group of commands about members of a cluster. */
@CommandLine.Command(
    name = "gossip",
    description = "Members of a cluster: run one, make a key for them, or simulate many.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GossipNodeCommand.class, GossipKeyCommand.class, GossipSimulateCommand.class})
public final class GossipCommand {}
