/// What tests of the gateway stand on: an upstream that plays scenarios, a ledger in memory.
@NullMarked
package dev.gimbal.gateway.testing;

import org.jspecify.annotations.NullMarked;
