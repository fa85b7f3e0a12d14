// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import picocli.CommandLine;

/** {@code dcos-net explain}: the group of questions why a node does what it does. */
@CommandLine.Command(
    name = "explain",
    description = "Ask a running node why it answers as it does.",
    synopsisSubcommandLabel = "WHAT",
    subcommands = {
      ExplainNameCommand.class,
      ExplainVipCommand.class,
      ExplainAddressCommand.class,
      ExplainMemberCommand.class,
      ExplainKeyCommand.class
    })
public final class ExplainCommand {}
