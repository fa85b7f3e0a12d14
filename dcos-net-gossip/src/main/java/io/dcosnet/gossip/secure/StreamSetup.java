// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

/** What all streams of one loop share. <b>Not thread-safe.</b> */
public final class StreamSetup implements AutoCloseable {

  private final SealSetup seal;
  private final SenderKeys derived;
  private final SealFigures figures;
  private final FrameCompression compression = new FrameCompression();
  private final int tag;
  private long shortId;

  /** For the streams of this start of a node. */
  public StreamSetup(SealSetup seal) {
    this.seal = seal;
    this.derived = new SenderKeys(seal.label());
    this.figures = new SealFigures(seal.metrics());
    this.tag = seal.label().tag();
    this.shortId = seal.shortId();
  }

  /** Takes another identity, for streams that begin from now on. */
  public void identity(long shortId) {
    this.shortId = shortId;
  }

  /** Gives memory outside the heap back; no stream can be used after that. */
  @Override
  public void close() {
    compression.close();
  }

  SealSetup seal() {
    return seal;
  }

  SenderKeys derived() {
    return derived;
  }

  SealFigures figures() {
    return figures;
  }

  FrameCompression compression() {
    return compression;
  }

  int tag() {
    return tag;
  }

  long shortId() {
    return shortId;
  }
}
