// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static java.util.Objects.requireNonNull;

/**
 * What becomes of a packet, for maps that say so. <b>Immutable.</b>
 *
 * @param code as the kernel has it, {@link #ACCEPT} and others
 * @param chain to which chain it goes; empty when to none
 */
public record NftVerdict(int code, String chain) {

  public static final int DROP = 0;
  public static final int ACCEPT = 1;
  public static final int JUMP = -3;
  public static final int GOTO = -4;
  public static final int RETURN = -5;

  public NftVerdict {
    requireNonNull(chain, "chain");
  }

  /** On to a chain from which it does not come back. */
  public static NftVerdict goTo(String chain) {
    return new NftVerdict(GOTO, chain);
  }

  /** On to a chain from which it may come back. */
  public static NftVerdict jumpTo(String chain) {
    return new NftVerdict(JUMP, chain);
  }

  /** No further than here. */
  public static NftVerdict drop() {
    return new NftVerdict(DROP, "");
  }
}
