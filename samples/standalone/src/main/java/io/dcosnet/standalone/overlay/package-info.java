// SPDX-License-Identifier: Apache-2.0
/**
 * {@code dcos-net overlay}: what agents of a cluster get. Start reading at {@link
 * io.dcosnet.standalone.overlay.OverlayCommand}.
 */
@NullMarked
package io.dcosnet.standalone.overlay;

import org.jspecify.annotations.NullMarked;
