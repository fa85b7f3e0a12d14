// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.seed.Seeds;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.SeedText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes of what a person wrote those who are asked for seeds. */
public final class Seeding {

  private Seeding() {}

  /**
   * All seeds together.
   *
   * @param detector knows the masters; null where nobody follows their election
   * @param masters addresses of masters that are configured
   */
  public static SeedProvider of(
      List<SeedText> texts,
      @Nullable MasterDetector detector,
      List<IpAddress> masters,
      NetRuntime net) {
    List<HostPort> fixed = new ArrayList<>();
    List<SeedProvider> all = new ArrayList<>();
    for (SeedText text : texts) {
      HostPort endpoint = text.endpoint();
      String name = text.name();
      if (endpoint != null) {
        fixed.add(endpoint);
      } else if (name != null) {
        all.add(Seeds.dns(name, text.port(), net));
      } else {
        masters.forEach(master -> fixed.add(new HostPort(master, text.port())));
        if (detector != null) {
          all.add(Seeds.masters(detector, text.port()));
        }
      }
    }
    all.add(0, Seeds.of(fixed));
    return Seeds.all(all.toArray(SeedProvider[]::new));
  }
}
