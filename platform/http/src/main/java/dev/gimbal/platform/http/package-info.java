/// Routes, problem responses, OpenAPI, the server.
@NullMarked
package dev.gimbal.platform.http;

import org.jspecify.annotations.NullMarked;
