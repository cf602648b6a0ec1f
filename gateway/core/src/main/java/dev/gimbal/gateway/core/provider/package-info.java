/// The providers that tenants and the operator declared.
@NullMarked
package dev.gimbal.gateway.core.provider;

import org.jspecify.annotations.NullMarked;
