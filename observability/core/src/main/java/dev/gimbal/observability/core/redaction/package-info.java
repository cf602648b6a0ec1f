/// Text without the personal data and the secrets in it.
@NullMarked
package dev.gimbal.observability.core.redaction;

import org.jspecify.annotations.NullMarked;
