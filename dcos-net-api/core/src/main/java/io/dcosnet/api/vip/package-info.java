// SPDX-License-Identifier: Apache-2.0
/**
 * Virtual addresses as seen by more than one part: the key of a VIP, its back ends and the
 * directory of VIP names that the DNS part reads. Start reading at {@link
 * io.dcosnet.api.vip.VipDirectory}.
 */
@NullMarked
package io.dcosnet.api.vip;

import org.jspecify.annotations.NullMarked;
