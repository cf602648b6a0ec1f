/// The thirty rows, each as one case or more.
@NullMarked
package dev.gimbal.gateway.conformance.cases;

import org.jspecify.annotations.NullMarked;
