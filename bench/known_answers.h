/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_KNOWN_ANSWERS_H
#define LANE_BENCH_KNOWN_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of a hexadecimal string in lower case, and of Base64; NULL has none. data is the caller's to free. */
struct bytes {
	uint8_t *data;
	size_t len;
};
struct bytes bytes_of(const char *hex);
struct bytes bytes_of_base64(const char *text);

#endif
