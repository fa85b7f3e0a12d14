// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.lb.vip.VipTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a table would change in the kernel as it is, without changing it. */
final class Plan {

  private Plan() {}

  /**
   * The commands, in order.
   *
   * @param nowNanos on the clock of the drains of the table
   */
  static List<String> of(VipTable table, NftConfig config, long nowNanos) {
    Services services = new Services(new Followed());
    try (Kernel kernel = Kernel.open()) {
      services.ownAddresses(kernel.ownAddresses());
      Difference unused = services.learn(table, nowNanos);
      Structure found = kernel.structure();
      Contents contents = new Contents();
      List<String> lines = new ArrayList<>();
      if (found.isEmpty()) {
        lines.addAll(Rules.commands(config, services.chains()).lines().toList());
      } else {
        contents = kernel.contents();
        Set<Chain> missing = new HashSet<>(services.chains());
        found.chains().forEach(name -> Chain.parse(name).ifPresent(missing::remove));
        missing.forEach(chain -> lines.addAll(chain.commands().lines().toList()));
      }
      Difference difference = Difference.between(contents, services.contents());
      lines.addAll(Words.commands(difference.first()));
      lines.addAll(Words.commands(difference.then()));
      return List.copyOf(lines);
    }
  }
}
