/// Google Gemini, and endpoints that speak its dialect.
@NullMarked
package dev.gimbal.gateway.provider.gemini;

import org.jspecify.annotations.NullMarked;
