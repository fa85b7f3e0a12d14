// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.standalone.config.Role;
import picocli.CommandLine;

/** {@code dcos-net master}: a node beside a Mesos master. */
@CommandLine.Command(
    name = "master",
    description = {
      "Run the node beside a Mesos master, until Ctrl-C.",
      "Prints \"ready\" when it serves; the admin server tells how it is."
    })
public final class MasterCommand extends RoleCommand {

  public MasterCommand() {
    super(Role.MASTER);
  }
}
