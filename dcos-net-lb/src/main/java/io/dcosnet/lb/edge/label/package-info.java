// SPDX-License-Identifier: Apache-2.0
/**
 * What the labels of an app ask the edge for, as typed values. No text of a label leaves this
 * package unchecked: what could end a line or a word of a configuration is refused here, with a
 * diagnostic. Start reading at {@link io.dcosnet.lb.edge.label.PortLabels}.
 */
@NullMarked
package io.dcosnet.lb.edge.label;

import org.jspecify.annotations.NullMarked;
