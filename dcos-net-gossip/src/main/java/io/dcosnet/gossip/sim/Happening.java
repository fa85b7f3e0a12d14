// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

/** Something that will happen at its time. */
abstract class Happening {

  /** Nanoseconds of virtual time; set by {@link EventQueue}. */
  long at;

  /** Place among the events of one time; set by {@link EventQueue}. */
  long order;

  /** Its time has come: the world decides what it means. */
  abstract void due();

  /** A process gets to it, perhaps later than it was due, since it was busy or stopped. */
  void run(NodeProcess process) {
    throw new IllegalStateException(this + " is nothing for a process");
  }

  /** Whether it lies in the receive buffer of a socket until the process gets to it. */
  boolean isDatagram() {
    return false;
  }
}
