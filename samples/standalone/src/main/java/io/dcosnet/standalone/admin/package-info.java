// SPDX-License-Identifier: Apache-2.0
/**
 * What a running node tells about itself over HTTP: health, figures, configuration, and whatever
 * its parts add. Start reading at {@link io.dcosnet.standalone.admin.AdminServer}.
 */
@NullMarked
package io.dcosnet.standalone.admin;

import org.jspecify.annotations.NullMarked;
