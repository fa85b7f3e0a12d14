// SPDX-License-Identifier: Apache-2.0
/**
 * Parts of the kernel that are found by name, such as IPVS. Start reading at {@link
 * io.dcosnet.linux.generic.GenericSocket}.
 */
@NullMarked
package io.dcosnet.linux.generic;

import org.jspecify.annotations.NullMarked;
