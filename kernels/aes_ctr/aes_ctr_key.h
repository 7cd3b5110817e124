/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_CTR_KEY_H
#define LANE_KERNELS_AES_CTR_KEY_H

/* The expanded key that all x86-64 AES-CTR kernels share. */

#include "../aes/aes_ni.h"
#include "../aes/aes_round1.h"
#include "aes_ctr_impl.h"

struct ctr_key {
	struct aes_key aes;
	struct aes_round1 round1;
};

_Static_assert(sizeof(struct ctr_key) <= AES_CTR_KEY_LEN, "struct lane_aes_ctr_ctx is too small");

#endif
