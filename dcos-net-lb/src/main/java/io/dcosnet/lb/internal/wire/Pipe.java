// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;

/**
 * A kernel pipe that bytes pass through on their way from one socket to another without being
 * copied.
 *
 * <p><b>Confined to</b> one event loop.
 */
public final class Pipe {

  private final FileDescriptor out;
  private final FileDescriptor in;
  private int held;

  private Pipe(FileDescriptor out, FileDescriptor in) {
    this.out = out;
    this.in = in;
  }

  /**
   * Opens one.
   *
   * @throws IOException mostly for want of file descriptors
   */
  public static Pipe open() throws IOException {
    FileDescriptor[] ends = FileDescriptor.pipe();
    return new Pipe(ends[0], ends[1]);
  }

  /** Bytes in it. */
  public int held() {
    return held;
  }

  int out() {
    return out.intValue();
  }

  int in() {
    return in.intValue();
  }

  void add(int count) {
    held += count;
  }

  /** Gives the descriptors back; what is in it is lost. */
  public void close() {
    Closing.quietly(out);
    Closing.quietly(in);
  }
}
