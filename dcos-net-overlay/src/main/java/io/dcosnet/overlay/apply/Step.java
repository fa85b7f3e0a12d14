// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.netlink.Request;
import io.dcosnet.overlay.host.HostObject;

/**
 * One change of one object. <b>Immutable.</b>
 *
 * @param object a value of {@code io.dcosnet.linux.route}, for {@link Words}
 * @param request by which the kernel is asked
 */
record Step(Change change, HostObject kind, Object object, Request request) {}
