/// The process: main, wiring, command line.
@NullMarked
package dev.gimbal.server.cli;

import org.jspecify.annotations.NullMarked;
