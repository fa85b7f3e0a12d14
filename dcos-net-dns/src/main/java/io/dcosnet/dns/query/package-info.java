// SPDX-License-Identifier: Apache-2.0
/**
 * What a question and its answer are to those who answer outside of our zones: handlers of a host,
 * the cache, the forwarder. Start reading at {@link io.dcosnet.dns.query.QueryHandler}.
 */
@NullMarked
package io.dcosnet.dns.query;

import org.jspecify.annotations.NullMarked;
