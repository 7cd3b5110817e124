/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_IPSEC_MB_H
#define LANE_ENGINES_IPSEC_MB_H

/*
 * The engine `ipsec-mb`: Intel's Multi-Buffer library by the fastest of its
 * documented paths. It has three: direct calls, a queue of jobs, and bursts of
 * jobs. Which is fastest was measured on 1.3 (Zen 4, cycles for 16 B / 1 KiB /
 * 16 KiB, key set up):
 *   AES-128-GCM        direct 138 / 417 / 5021; eight in a row direct 130 / 368 each, as a burst
 *                      of eight jobs 164 / 395: batches gain nothing, LANE_ENGINE_BATCH is not claimed
 *   ChaCha20-Poly1305  direct 926 / 1505 / 15741; job 612 / 1588 / 16196: by length
 *   AES-128-CTR        cipher burst of one 54 / 187 / 2591; job 120 / 250 / 2714
 *   AES-128-CBC        decryption, cipher burst of one, on an Intel server core: 34 / 161 / 2580
 *   ChaCha20           job 468 / 733 / 11203; burst of one is the same
 * The forms without parameter checks are used: what they would check is checked
 * here, once. What the library leaves to its caller is done here too: comparing
 * tags in constant time, and zeroing the output of a failed open.
 */

#include <intel-ipsec-mb.h>

#define ADAPTOR_MEMBERS IMB_MGR *manager; /* one a thread, as the library wants it */
#include "adaptor.h"

extern const struct lane_engine_table ipsec_mb_aead_table, ipsec_mb_cipher_table, ipsec_mb_mac_table;

/* The job that is filled next, and its submission, after which it is done. */
static inline IMB_JOB *next_job(struct lane_engine_object *engine)
{
	return IMB_GET_NEXT_JOB(engine->manager);
}

static inline int run_job(struct lane_engine_object *engine)
{
	const IMB_JOB *done = IMB_SUBMIT_JOB_NOCHECK(engine->manager);
	if (!done)
		done = IMB_FLUSH_JOB(engine->manager);
	if (!done || done->status != IMB_STATUS_COMPLETED)
		return adaptor_failed(engine, "a job was not completed");
	return LANE_ENGINE_OK;
}

#endif
