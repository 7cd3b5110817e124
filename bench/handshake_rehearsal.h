/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_HANDSHAKE_REHEARSAL_H
#define LANE_BENCH_HANDSHAKE_REHEARSAL_H

/*
 * The primitives that a handshake takes, called one after the other through the
 * same engine's tables as the handshake would call them: once each, public keys
 * fresh from their certificates, those of the server and of the trust anchor
 * used before. So caches are as they are in a handshake, which a loop over one
 * primitive would not show.
 */

#include "handshake_observe.h"
#include "handshake_work.h"

enum handshake_part {
	PART_SET_UP,       /* a connection is made and freed */
	PART_KEY_EXCHANGE, /* key generation and derivation; or the premaster secret, en- or decrypted */
	PART_SIGNATURE,
	PART_VERIFICATION, /* of the handshake's signature */
	PART_CHAIN,        /* the signatures of the certificates */
	PART_CERTIFICATES, /* X.509 and public keys decoded */
	PART_SCHEDULE,     /* transcript hash and key schedule */
	PART_RECORDS,      /* the handshake's own records en- and decrypted */
	HANDSHAKE_N_PARTS
};

const char *handshake_part_name(enum handshake_part part);

/* Never NULL. pair: of the same engine and kind, as long as the rehearsal lives. */
struct handshake_rehearsal;
struct handshake_rehearsal *handshake_rehearsal_new(struct bench_run *run, const struct lane_loaded_engine *engine,
						    const struct tls_kind *kind, struct handshake_pair *pair,
						    const struct handshake_observation *seen);
void handshake_rehearsal_free(struct handshake_rehearsal *rehearsal);

/* What of a part is done on a side: "2 × RSA-2048 verify", "" for nothing. */
const char *handshake_rehearsal_primitives(const struct handshake_rehearsal *rehearsal, int side,
					   enum handshake_part part);

/* Why it can't be measured with this engine, or NULL. */
const char *handshake_rehearsal_missing(const struct handshake_rehearsal *rehearsal, int side,
					enum handshake_part part);

/* All of it, once; CPU seconds are added. 0, or -1: handshake_rehearsal_reason says what failed. */
int handshake_rehearse(struct handshake_rehearsal *rehearsal, double seconds[HANDSHAKE_N_SIDES][HANDSHAKE_N_PARTS]);
const char *handshake_rehearsal_reason(const struct handshake_rehearsal *rehearsal);

#endif
