#pragma once

/// Marks what libyoso_ops.so exports; everything else in it is hidden.
#define YOSO_API __attribute__((visibility("default")))
