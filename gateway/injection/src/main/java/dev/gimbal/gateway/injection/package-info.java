/// How much a text looks like a prompt injection, by two small linear models.
@NullMarked
package dev.gimbal.gateway.injection;

import org.jspecify.annotations.NullMarked;
