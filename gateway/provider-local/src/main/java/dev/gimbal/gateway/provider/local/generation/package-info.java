/// Models that users name, written by llama.cpp in child processes: this process's side.
@NullMarked
package dev.gimbal.gateway.provider.local.generation;

import org.jspecify.annotations.NullMarked;
