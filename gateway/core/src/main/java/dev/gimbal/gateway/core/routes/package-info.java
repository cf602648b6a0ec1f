/// Routes under `/api`: models, providers, prices.
@NullMarked
package dev.gimbal.gateway.core.routes;

import org.jspecify.annotations.NullMarked;
