/// What the command line's parts promise.
@NullMarked
package dev.gimbal.server.cli;

import org.jspecify.annotations.NullMarked;
