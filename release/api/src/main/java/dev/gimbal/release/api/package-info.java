/// Application: run a release on an input.
@NullMarked
package dev.gimbal.release.api;

import org.jspecify.annotations.NullMarked;
