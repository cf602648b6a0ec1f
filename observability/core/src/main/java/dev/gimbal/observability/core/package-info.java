/// Keeps evidence: the ledger, traces, metrics, and the routes that show them.
@NullMarked
package dev.gimbal.observability.core;

import org.jspecify.annotations.NullMarked;
