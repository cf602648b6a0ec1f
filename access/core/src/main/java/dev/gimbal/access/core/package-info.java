/// Tenants, keys, sessions, audit and idempotency keys on PostgreSQL.
@NullMarked
package dev.gimbal.access.core;

import org.jspecify.annotations.NullMarked;
