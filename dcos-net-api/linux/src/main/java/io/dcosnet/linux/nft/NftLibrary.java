// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Optional;

/** Functions of libnftables with their own names; a context and a text are a {@code long}. */
final class NftLibrary {

  static final String NAME = "libnftables.so.1";

  static final int JSON = 1 << 4;

  static {
    Native.register(NftLibrary.class, NativeLibrary.getInstance(NAME));
  }

  private NftLibrary() {}

  /** Why a library cannot be loaded; empty when it can. */
  static Optional<String> missing(String library) {
    try {
      NativeLibrary unused = NativeLibrary.getInstance(library);
      return Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return Optional.of(library + " cannot be loaded: " + said + " (Debian: libnftables1)");
    }
  }

  /** Text that ends with a 0. */
  static String text(long address) {
    return address == 0 ? "" : new Pointer(address).getString(0, "UTF-8");
  }

  static native long nft_ctx_new(int flags);

  static native void nft_ctx_free(long context);

  static native int nft_ctx_buffer_output(long context);

  static native int nft_ctx_buffer_error(long context);

  static native void nft_ctx_output_set_flags(long context, int flags);

  static native int nft_run_cmd_from_buffer(long context, long commands);

  static native long nft_ctx_get_output_buffer(long context);

  static native long nft_ctx_get_error_buffer(long context);
}
