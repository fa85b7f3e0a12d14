// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsMessages;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.netlink.Request;

/** One change of what the kernel holds. */
sealed interface Step {

  IpvsService.Key key();

  /** The same for the kernel. */
  Request request(IpvsMessages messages);

  /** The same as one would tell {@code ipvsadm}. */
  String words();

  /** Adds a service that has no destinations yet. */
  record AddService(IpvsService service) implements Step {
    @Override
    public IpvsService.Key key() {
      return service.key();
    }

    @Override
    public Request request(IpvsMessages messages) {
      return messages.add(service);
    }

    @Override
    public String words() {
      return "ipvsadm -A " + shown(key()) + shown(service);
    }
  }

  /** Gives a service another scheduler, flags or time. */
  record SetService(IpvsService service) implements Step {
    @Override
    public IpvsService.Key key() {
      return service.key();
    }

    @Override
    public Request request(IpvsMessages messages) {
      return messages.set(service);
    }

    @Override
    public String words() {
      return "ipvsadm -E " + shown(key()) + shown(service);
    }
  }

  /** Deletes a service with all its destinations. */
  record DeleteService(IpvsService.Key key) implements Step {
    @Override
    public Request request(IpvsMessages messages) {
      return messages.delete(key);
    }

    @Override
    public String words() {
      return "ipvsadm -D " + shown(key);
    }
  }

  /** Adds a destination. */
  record Add(IpvsService.Key key, IpvsDestination destination) implements Step {
    @Override
    public Request request(IpvsMessages messages) {
      return messages.add(key, destination);
    }

    @Override
    public String words() {
      return "ipvsadm -a " + shown(key) + shown(destination);
    }
  }

  /** Gives a destination another weight. */
  record Set(IpvsService.Key key, IpvsDestination destination) implements Step {
    @Override
    public Request request(IpvsMessages messages) {
      return messages.set(key, destination);
    }

    @Override
    public String words() {
      return "ipvsadm -e " + shown(key) + shown(destination);
    }
  }

  /** Deletes a destination, which cuts its connections. */
  record Delete(IpvsService.Key key, HostPort endpoint) implements Step {
    @Override
    public Request request(IpvsMessages messages) {
      return messages.delete(key, endpoint);
    }

    @Override
    public String words() {
      return "ipvsadm -d " + shown(key) + " -r " + endpoint;
    }
  }

  private static String shown(IpvsService.Key key) {
    return (key.protocol() == IpvsService.Key.TCP ? "-t " : "-u ") + key.endpoint();
  }

  private static String shown(IpvsService service) {
    return " -s "
        + service.scheduler()
        + (service.has(IpvsService.SCHEDULER_1) ? " -b flag-1,flag-3" : " -b flag-3")
        + (service.has(IpvsService.PERSISTENT) ? " -p " + service.timeoutSeconds() : "");
  }

  private static String shown(IpvsDestination destination) {
    return " -r " + destination.endpoint() + " -m -w " + destination.weight();
  }
}
