// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * A data path on trial, and the place that it is tried in. Sockets are opened on the thread of the
 * test and on threads that it makes, so that a place may be a network namespace which that thread
 * entered.
 */
@SuppressWarnings("try") // an interrupted test has failed
public interface PathSubject extends AutoCloseable {

  /** The path; the same at each call. */
  DataPath path();

  /** A front end that the path can serve here; another number is another address. */
  Frontend frontend(Protocol protocol, int number);

  /** Where back ends may listen, on a port of their own. */
  default IpAddress backends() {
    return IpAddress.LOOPBACK_IPV4;
  }

  /**
   * Makes this front end one that cannot be served, until what is returned is closed: by something
   * in its way, or whatever keeps this path from it.
   */
  AutoCloseable obstruct(Frontend frontend) throws IOException;

  /**
   * How long clients may wait at most to learn that there is nobody; longer is a hang. For busy
   * machines; what is usual is 10 ms.
   */
  default Duration patience() {
    return Duration.ofSeconds(2);
  }

  /** False for a path that counts no connections, so that limits mean nothing to it. */
  default boolean keepsLimits() {
    return true;
  }

  /** False for a path that does not see how connects to back ends turn out. */
  default boolean tellsOutcomes() {
    return true;
  }

  /**
   * False for a path whose clients are cut with what they send next, so that a connection goes on
   * whose back end was back before that.
   */
  default boolean cutsAtOnce() {
    return true;
  }

  /**
   * False for a path that binds a connected UDP socket to its back end: when that leaves, the
   * socket is told so, and has to be connected again.
   */
  default boolean movesConnectedFlows() {
    return true;
  }

  /** True for a path that goes on without its process when it was left in place. */
  default boolean outlivesItsProcess() {
    return false;
  }

  /** A socket of a client, not connected yet. */
  default Socket client() throws IOException {
    return new Socket();
  }

  /** A UDP socket of a client, not connected yet. */
  default DatagramSocket udpClient() throws IOException {
    return new DatagramSocket(new InetSocketAddress(backends().toInetAddress(), 0));
  }

  @Override
  void close() throws Exception;
}
