/// What somebody should know of: kept, shown, and sent by webhook and e-mail.
@NullMarked
package dev.gimbal.gateway.core.alert;

import org.jspecify.annotations.NullMarked;
