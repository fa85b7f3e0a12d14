// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder, strict, which also tells when the first bytes of a request arrive. */
final class RequestDecoder extends HttpRequestDecoder {

  private final Runnable bytesArrived;

  RequestDecoder(HttpLimits limits, Runnable bytesArrived) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.maxTargetBytes())
            .setMaxHeaderSize(limits.maxHeaderBytes())
            .setMaxChunkSize(64 * 1024)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true)
            .setAllowDuplicateContentLengths(false));
    this.bytesArrived = bytesArrived;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
    bytesArrived.run();
    super.channelRead(context, bytes);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    // Keeps both headers, where Netty would drop the length: Exchange.fault refuses such a request.
  }
}
