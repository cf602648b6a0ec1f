/// The process: main, wiring, command line.
@NullMarked
package dev.gimbal.server;

import org.jspecify.annotations.NullMarked;
