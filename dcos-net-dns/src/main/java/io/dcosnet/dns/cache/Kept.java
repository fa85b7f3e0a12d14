// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.query.Answer;

/**
 * What is kept of an answer, and for how long. <b>Immutable.</b>
 *
 * @param type the type asked for, or {@link CacheKey#WHOLE_NAME}
 * @param answer with the records that belong to the question and the TTLs that they are given with
 * @param ttlSeconds of the whole; 0 for a failure, whose time depends on those before it
 */
record Kept(CachedAnswer.Kind kind, int type, Answer answer, long ttlSeconds) {}
