// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.sources.mesos.stream;

import org.jspecify.annotations.NullMarked;
