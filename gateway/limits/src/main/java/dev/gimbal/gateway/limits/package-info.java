/// Budgets and limits: what a node may spend of each, leased from a store that all nodes share.
@NullMarked
package dev.gimbal.gateway.limits;

import org.jspecify.annotations.NullMarked;
