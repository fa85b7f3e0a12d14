// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One thing to be done to the maps. Each is shown as people write it. <b>Immutable.</b> */
sealed interface Step {

  /** For which front end; what is swept up is for none. */
  sealed interface OfService extends Step {
    Frontend frontend();
  }

  /** Gives a number its slots; nobody looks there yet. */
  record PutSlots(Frontend frontend, int id, List<HostPort> slots) implements OfService {
    @Override
    public String toString() {
      return "bpf slots add "
          + Integer.toUnsignedString(id)
          + " "
          + slots.stream().map(HostPort::toString).collect(Collectors.joining(", "));
    }
  }

  /** Lets a back end keep the UDP clients that it has. */
  record PutKeeper(Frontend frontend, HostPort backend) implements OfService {
    @Override
    public String toString() {
      return "bpf keeper add " + frontend + " " + backend;
    }
  }

  /** Clients find those slots from now on, or are refused where there are none. */
  record PutVip(Frontend frontend, int id, int count) implements OfService {
    @Override
    public String toString() {
      return "bpf vip add "
          + frontend
          + " -> "
          + (count == 0 ? "refuse" : count + " slots of " + Integer.toUnsignedString(id));
    }
  }

  /** Clients are refused at all ports of this address that nobody serves. */
  record PutAddress(IpAddress address) implements Step {
    @Override
    public String toString() {
      return "bpf address add " + address;
    }
  }

  /** Clients are not redirected any more. */
  record RemoveVip(Frontend frontend) implements OfService {
    @Override
    public String toString() {
      return "bpf vip del " + frontend;
    }
  }

  /** Nothing is served at this address any more. */
  record RemoveAddress(IpAddress address) implements Step {
    @Override
    public String toString() {
      return "bpf address del " + address;
    }
  }

  /**
   * Takes the slots of a number away, at which nobody looks any more.
   *
   * @param frontend whose they were; null when nobody knows
   */
  record RemoveSlots(@Nullable Frontend frontend, boolean ipv4, int id, int from, int to)
      implements Step {
    @Override
    public String toString() {
      return "bpf slots del " + Integer.toUnsignedString(id) + " " + from + "-" + (to - 1);
    }
  }

  /** Makes UDP clients of a back end choose again. */
  record RemoveKeeper(Frontend frontend, HostPort backend) implements OfService {
    @Override
    public String toString() {
      return "bpf keeper del " + frontend + " " + backend;
    }
  }
}
