/// The packaged server as a process, through HTTP only.
@NullMarked
package dev.gimbal.server.e2e;

import org.jspecify.annotations.NullMarked;
