// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.wire.BodyReader;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.KeyRingState;
import io.dcosnet.gossip.wire.Message.Mail;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.Message.RingHello;
import io.dcosnet.gossip.wire.Message.SyncStart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which part uses which stream. A link that another node opens belongs to whoever handles its first
 * message; so many of them and no more are open at a time, and one without progress is closed.
 */
final class Links {

  /** Most links of others at a time, those of the rings aside. */
  static final int MAX_INBOUND = 64;

  /** Most of these from one address; our own machine is free to open all. */
  static final int MAX_INBOUND_OF_SOURCE = 8;

  /** Most octets that one link carries, those of the rings aside. */
  static final long MAX_OCTETS = 64L << 20;

  // Holds all but long exchanges; there is one for every node of a simulation.
  private static final int SMALL_FRAME = 512;
  // Holds every message there can be.
  private static final int LARGE_FRAME = 68 * 1024;

  private final Node node;
  private final Map<Integer, OpenLink> links = new LinkedHashMap<>();
  private final BodyWriter small = new BodyWriter(SMALL_FRAME);
  private int guests;
  private Host.@Nullable Timer sweep;

  Links(Node node) {
    this.node = node;
  }

  /** Opens a link for a part. */
  int open(HostPort to, LinkUser user) {
    int link = node.host.open(to);
    links.put(link, new OpenLink(false, user, null, node.host.nanos()));
    watch();
    return link;
  }

  /** From now on this part uses a link that another node opened. */
  void take(int link, LinkUser user) {
    OpenLink open = links.get(link);
    if (open != null) {
      open.user = user;
    }
  }

  /** A link stays open for long: its user watches over it, and it counts for no limit. */
  void lasting(int link) {
    OpenLink open = links.get(link);
    if (open != null && !open.lasting) {
      if (open.isGuest()) {
        guests--;
      }
      open.lasting = true;
    }
  }

  /** A link may carry more than others: its user sees to it that nothing piles up. */
  void bulk(int link) {
    OpenLink open = links.get(link);
    if (open != null) {
      open.bulk = true;
    }
  }

  /** Sends messages in one frame, or in several when they do not fit. */
  void write(int link, Message... messages) {
    write(link, List.of(messages));
  }

  /** Sends messages in as few frames as they fit into. */
  void write(int link, List<? extends Message> messages) {
    OpenLink open = links.get(link);
    if (open == null) {
      return;
    }
    BodyWriter body = small;
    body.clear();
    for (Message message : messages) {
      if (body.add(message)) {
        continue;
      }
      // What stands in the small one goes first; the rest is worth a large one.
      flush(link, open, body);
      body = body == small ? larger(message) : body;
      if (!body.add(message)) {
        throw new IllegalArgumentException(
            "message: more than " + LARGE_FRAME + " octets: " + message.getClass().getSimpleName());
      }
    }
    flush(link, open, body);
  }

  /** Where one message is sent alone, as mostly those of the store, it needs no more than that. */
  private static BodyWriter larger(Message message) {
    return new BodyWriter(
        message instanceof Message.Store store ? store.body().size() + 8 : LARGE_FRAME);
  }

  private void flush(int link, OpenLink open, BodyWriter body) {
    if (body.length() > 0) {
      open.progress = node.host.nanos();
      open.octets += body.length();
      node.host.write(link, body.octets(), body.length());
      body.clear();
    }
  }

  /** Closes a link in order. */
  void close(int link) {
    if (forget(link) != null) {
      node.host.close(link);
    }
  }

  /** Who is at the other end; null while it is not open. */
  @Nullable LinkPeer peer(int link) {
    OpenLink open = links.get(link);
    return open == null ? null : open.peer;
  }

  /** Octets that went over a link so far, both ways; 0 for one that is closed. */
  long octets(int link) {
    OpenLink open = links.get(link);
    return open == null ? 0 : open.octets;
  }

  /** Links that are open or about to be. */
  int size() {
    return links.size();
  }

  /** From the host. */
  void accepted(int link, LinkPeer peer) {
    if (guests >= MAX_INBOUND || (!peer.remote().address().isLoopback() && isBusy(peer))) {
      node.metrics.linkClosed("limit");
      node.host.close(link);
      return;
    }
    links.put(link, new OpenLink(true, null, peer, node.host.nanos()));
    guests++;
    watch();
  }

  private boolean isBusy(LinkPeer peer) {
    int same = 0;
    for (OpenLink open : links.values()) {
      if (open.isGuest()
          && open.peer != null
          && open.peer.remote().address().equals(peer.remote().address())) {
        same++;
      }
    }
    return same >= MAX_INBOUND_OF_SOURCE;
  }

  /** From the host. */
  void opened(int link, LinkPeer peer) {
    OpenLink open = links.get(link);
    if (open == null) {
      // It was given up while it opened.
      node.host.close(link);
      return;
    }
    open.peer = peer;
    open.progress = node.host.nanos();
    if (open.user != null) {
      open.user.opened(link, peer);
    }
  }

  /** From the host. */
  void frame(int link, byte[] octets, int offset, int length) {
    OpenLink open = links.get(link);
    if (open == null) {
      return;
    }
    open.progress = node.host.nanos();
    open.octets += length;
    if (open.octets > MAX_OCTETS && !open.lasting && !open.bulk) {
      node.metrics.linkClosed("size");
      end(link, LinkEnd.INVALID);
      return;
    }
    BodyReader.read(
        octets,
        offset,
        length,
        node.known,
        message -> received(link, message),
        node.metrics::fault);
  }

  private void received(int link, Message message) {
    OpenLink open = links.get(link);
    if (open == null) {
      // Closed by what came before in the same frame.
      return;
    }
    if (message instanceof KeyRingState keys) {
      // Comes before what it is said with, whatever that is.
      node.keys.received(keys.state());
      return;
    }
    if (open.user != null) {
      open.user.received(link, message);
    } else {
      first(link, message);
    }
  }

  private void first(int link, Message message) {
    if (message instanceof SyncStart start) {
      node.syncing.begun(link, start);
    } else if (message instanceof RingHello hello) {
      node.rings.begun(link, hello);
    } else if (message instanceof Mail mail) {
      node.mail.begun(link, mail);
    } else if (message instanceof Ping ping) {
      node.probing.begun(link, ping);
    } else if (message instanceof Message.Store store && node.store != null) {
      node.store.begun(link, store);
    } else {
      node.metrics.linkClosed("first");
      close(link);
    }
  }

  /** From the host. */
  void closed(int link, LinkEnd end) {
    OpenLink open = forget(link);
    if (open != null && open.user != null) {
      open.user.closed(link, end);
    }
  }

  /** Closes all, without telling anybody here. */
  void closeAll() {
    for (int link : List.copyOf(links.keySet())) {
      close(link);
    }
  }

  private @Nullable OpenLink forget(int link) {
    OpenLink open = links.remove(link);
    if (open != null && open.isGuest()) {
      guests--;
    }
    return open;
  }

  private void end(int link, LinkEnd end) {
    node.host.close(link);
    closed(link, end);
  }

  /** Looks for links without progress, as long as there are any that last only shortly. */
  private void watch() {
    if (sweep == null) {
      sweep = node.host.schedule(node.settings.streamTimeout().toNanos() / 4, this::sweep);
    }
  }

  private void sweep() {
    sweep = null;
    long late = node.host.nanos() - node.settings.streamTimeout().toNanos();
    List<Integer> ended = new ArrayList<>();
    boolean more = false;
    for (Map.Entry<Integer, OpenLink> entry : links.entrySet()) {
      OpenLink open = entry.getValue();
      if (!open.lasting) {
        if (open.progress - late <= 0) {
          ended.add(entry.getKey());
        } else {
          more = true;
        }
      }
    }
    for (int link : ended) {
      node.metrics.linkClosed("timeout");
      end(link, LinkEnd.TIMEOUT);
    }
    if (more) {
      watch();
    }
  }
}
