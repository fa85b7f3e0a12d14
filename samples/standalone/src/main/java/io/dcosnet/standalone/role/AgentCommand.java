// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.standalone.config.Role;
import picocli.CommandLine;

/** {@code dcos-net agent}: a node beside a Mesos agent. */
@CommandLine.Command(
    name = "agent",
    description = {
      "Run the node beside a Mesos agent, until Ctrl-C.",
      "Prints \"ready\" when it serves; the admin server tells how it is."
    })
public final class AgentCommand extends RoleCommand {

  public AgentCommand() {
    super(Role.AGENT);
  }
}
