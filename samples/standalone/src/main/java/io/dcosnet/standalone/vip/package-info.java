// SPDX-License-Identifier: Apache-2.0
/**
 * {@code dcos-net vip}: virtual addresses, read off files. Start reading at {@link
 * io.dcosnet.standalone.vip.VipCommand}.
 */
@NullMarked
package io.dcosnet.standalone.vip;

import org.jspecify.annotations.NullMarked;
