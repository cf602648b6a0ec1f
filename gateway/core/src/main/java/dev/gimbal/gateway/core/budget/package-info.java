/// Budgets and limits: declared, leased from PostgreSQL, reserved for calls.
@NullMarked
package dev.gimbal.gateway.core.budget;

import org.jspecify.annotations.NullMarked;
