// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.time.Duration;
import java.util.List;

/**
 * Something that befalls a simulation for a while. Each one begins and ends by itself, so that any
 * can be left out of a schedule. <b>Immutable.</b>
 *
 * @param atMillis when it begins
 * @param forMillis how long it lasts; 0 where nothing ends it
 * @param nodes indexes of those that it befalls
 * @param amount what the kind makes of it
 */
record Fault(Kind kind, long atMillis, long forMillis, List<Integer> nodes, double amount) {

  /** What it is. */
  enum Kind {
    /** Processes are killed, and start again at the end if there is one. */
    KILL(true),
    /** Hosts lose their power. */
    POWER_OFF(true),
    /** Hosts lose their power and have it back before anybody could notice: half-open streams. */
    BLINK(true),
    /** Processes are killed and start at once, one after the other. */
    RESTART(true),
    /** Hosts come back with an empty disk at another address, under their old name. */
    REBUILD(true),
    /** Hosts come back at another address. */
    MOVE(true),
    /** Members say good-bye, and start again at the end if there is one. */
    LEAVE(true),
    /** A part of all packets is lost. */
    LOSS(true),
    /** A part of all datagrams arrives twice. */
    DUPLICATES(true),
    /** A part of all packets takes up to 150 ms. */
    TAIL(true),
    /** Wall clocks are set by so many seconds. */
    SKEW(true),
    /** Threads stand still. */
    PAUSE(false),
    /** Each piece of work takes so many milliseconds. */
    SLOW(false),
    /** These nodes are parted from the others. */
    PARTITION(false),
    /** The first of these nodes does not reach the others; they reach it. */
    CUT(false),
    /** Most packets from and to these nodes are lost. */
    NODE_LOSS(false),
    /** The system of these nodes refuses to send. */
    REFUSE(false),
    /**
     * The second node comes back with a copy of the disk of the first, as a copied machine does.
     */
    CLONE(true);

    /** Whether no running process may be declared dead because of it. */
    final boolean isGentle;

    Kind(boolean isGentle) {
      this.isGentle = isGentle;
    }
  }

  Fault {
    nodes = List.copyOf(nodes);
  }

  long endMillis() {
    return atMillis + forMillis;
  }

  /** Makes the simulation suffer it in time. */
  void plan(Simulation simulation) {
    Duration at = Duration.ofMillis(atMillis);
    simulation.later(at, () -> begin(simulation));
  }

  private void begin(Simulation simulation) {
    NetworkModel network = simulation.network();
    switch (kind) {
      case LOSS -> {
        simulation.network(network.withLoss(amount));
        atEnd(simulation, () -> simulation.network(simulation.network().withLoss(0)));
      }
      case DUPLICATES -> {
        simulation.network(network.withDuplication(amount));
        atEnd(simulation, () -> simulation.network(simulation.network().withDuplication(0)));
      }
      case TAIL -> {
        simulation.network(network.withTail(amount, Duration.ofMillis(150)));
        atEnd(
            simulation,
            () -> simulation.network(simulation.network().withTail(0, Duration.ofMillis(150))));
      }
      case PARTITION -> {
        List<SimulatedNode> side = nodes.stream().map(simulation.nodes()::get).toList();
        simulation.isolate(side);
        int number = side.get(0).side;
        atEnd(
            simulation,
            () -> side.stream().filter(node -> node.side == number).forEach(node -> node.side = 0));
      }
      case CUT -> cut(simulation);
      case CLONE -> {
        SimulatedNode copy = simulation.nodes().get(nodes.get(1));
        simulation.kill(copy);
        simulation.copyDisk(simulation.nodes().get(nodes.get(0)), copy);
        simulation.start(copy);
      }
      default -> {
        for (int i = 0; i < nodes.size(); i++) {
          SimulatedNode node = simulation.nodes().get(nodes.get(i));
          if (kind == Kind.RESTART) {
            Duration after = Duration.ofMillis(forMillis * i / nodes.size());
            simulation.later(after, () -> befall(simulation, node));
          } else {
            befall(simulation, node);
          }
        }
      }
    }
  }

  private void cut(Simulation simulation) {
    SimulatedNode from = simulation.nodes().get(nodes.get(0));
    for (int other : nodes.subList(1, nodes.size())) {
      SimulatedNode to = simulation.nodes().get(other);
      simulation.cut(from, to);
      atEnd(simulation, () -> simulation.join(from, to));
    }
  }

  private void befall(Simulation simulation, SimulatedNode node) {
    switch (kind) {
      case KILL -> {
        simulation.kill(node);
        startAtEnd(simulation, node);
      }
      case POWER_OFF, BLINK -> {
        simulation.powerOff(node);
        startAtEnd(simulation, node);
      }
      case RESTART -> simulation.restart(node);
      case REBUILD -> simulation.rebuild(node);
      case MOVE -> simulation.move(node);
      case LEAVE -> {
        if (node.isRunning()) {
          simulation.leave(node);
          startAtEnd(simulation, node);
        }
      }
      case SKEW -> simulation.skew(node, Duration.ofSeconds((long) amount));
      case PAUSE -> simulation.pause(node, Duration.ofMillis(forMillis));
      case SLOW -> {
        simulation.slow(node, Duration.ofNanos((long) (amount * 1e6)));
        atEnd(simulation, () -> simulation.slow(node, Duration.ZERO));
      }
      case NODE_LOSS -> {
        simulation.loss(node, amount);
        atEnd(simulation, () -> simulation.loss(node, 0));
      }
      case REFUSE -> {
        simulation.refuseToSend(node, true);
        atEnd(simulation, () -> simulation.refuseToSend(node, false));
      }
      default -> throw new IllegalStateException(kind + " befalls no single node");
    }
  }

  private void startAtEnd(Simulation simulation, SimulatedNode node) {
    if (forMillis > 0) {
      atEnd(
          simulation,
          () -> {
            if (!node.isRunning()) {
              simulation.start(node);
            }
          });
    }
  }

  private void atEnd(Simulation simulation, Runnable work) {
    simulation.later(Duration.ofMillis(forMillis), work);
  }
}
