@NullMarked
package dev.gimbal.gateway.injection;

import org.jspecify.annotations.NullMarked;
