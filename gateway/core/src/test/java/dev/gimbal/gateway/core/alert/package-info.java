@NullMarked
package dev.gimbal.gateway.core.alert;

import org.jspecify.annotations.NullMarked;
