// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <string.h>

#include <lanecrypt/common.h>

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

const char *lane_version(void)
{
	return STRING(LANE_VERSION_MAJOR) "." STRING(LANE_VERSION_MINOR) "." STRING(LANE_VERSION_PATCH);
}

const char *lane_status_string(enum lane_status status)
{
	switch (status) {
	case LANE_OK:
		return "success";
	case LANE_ERR_AUTH:
		return "the tag does not match";
	case LANE_ERR_KEY_LEN:
		return "the algorithm has no keys of that length";
	case LANE_ERR_NONCE_LEN:
		return "the algorithm has no nonces of that length";
	case LANE_ERR_TAG_LEN:
		return "the algorithm has no tags of that length";
	case LANE_ERR_LENGTH:
		return "the algorithm has no messages of that length";
	case LANE_ERR_OVERLAP:
		return "buffers overlap without being equal";
	case LANE_ERR_STATE:
		return "the context is not initialised, or the calls come in a wrong order";
	case LANE_ERR_KERNEL:
		return "the forced kernel is unknown or cannot run on this CPU";
	case LANE_ERR_ALIGN:
		return "the context is not aligned to 64 bytes";
	case LANE_ERR_NULL:
		return "NULL where bytes are needed";
	case LANE_ERR_WEAK_KEY:
		return "the algorithm forbids this key";
	}
	return "unknown status";
}

void lane_wipe(void *p, size_t len)
{
	if (len > 0)
		explicit_bzero(p, len);
}
