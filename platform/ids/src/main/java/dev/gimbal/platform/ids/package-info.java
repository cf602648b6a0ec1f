/// Ids, tenants, slugs.
@NullMarked
package dev.gimbal.platform.ids;

import org.jspecify.annotations.NullMarked;
