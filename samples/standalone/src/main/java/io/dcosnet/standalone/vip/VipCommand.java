// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import picocli.CommandLine;

/** {@code dcos-net vip}: the group of commands about virtual addresses. */
@CommandLine.Command(
    name = "vip",
    description = "Virtual addresses: which ones there are, and which one a name gets.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VipListCommand.class, VipAddressCommand.class})
public final class VipCommand {}
