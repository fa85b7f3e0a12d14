// SPDX-License-Identifier: Apache-2.0
/**
 * Links, addresses, routes, next hops, rules, neighbours and forwarding entries of one network
 * namespace: values ({@link io.dcosnet.linux.route.Link}, {@link io.dcosnet.linux.route.Route} …)
 * and the requests that add, delete and list them ({@link io.dcosnet.linux.route.Links}, {@link
 * io.dcosnet.linux.route.Routes} …). Start reading at {@link io.dcosnet.linux.route.RouteSocket}.
 */
@NullMarked
package io.dcosnet.linux.route;

import org.jspecify.annotations.NullMarked;
