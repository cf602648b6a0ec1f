/// Routes: declared by tenants, planned for each call, tried until one target answers.
@NullMarked
package dev.gimbal.gateway.core.route;

import org.jspecify.annotations.NullMarked;
