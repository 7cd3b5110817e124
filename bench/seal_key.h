/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_SEAL_KEY_H
#define LANE_BENCH_SEAL_KEY_H

/* Where the key of a sealed file comes from: a key file, or a passphrase by Argon2id. */

#include "bench.h"
#include "seal_format.h"

enum { SEAL_PASSPHRASE_MAX = 1024 }; /* bytes */

/* All that is secret, in memory that is not swapped out where that is permitted, nor dumped. */
struct seal_secrets {
	struct seal seal;
	uint8_t key[SEAL_KEY_LEN];
	char passphrase[SEAL_PASSPHRASE_MAX + 2], again[SEAL_PASSPHRASE_MAX + 2];
	size_t passphrase_len;
};

struct seal_secrets *secrets_new(void);
void secrets_free(struct seal_secrets *secrets); /* wipes it; takes NULL */

/* The functions below return EXIT_FINE, or EXIT_USAGE after one line on standard error. */

/* secrets->key from a file of 32 bytes, or of 64 hexadecimal digits and perhaps a newline. *fd stays open, so that it
 * can be told from the output. */
int key_file_read(struct seal_secrets *secrets, const char *path, int *fd);

/* A new key, 64 hexadecimal digits and a newline, into a file that must not exist, mode 0600. */
int key_file_make(const char *path);

/* secrets->passphrase: the one line of that file, or, where path is NULL, what is typed at the terminal, twice alike if
 * `twice`. */
int passphrase_read(struct seal_secrets *secrets, const char *path, int twice);

/* secrets->key from secrets->passphrase, by the libsodium engine. */
int passphrase_derive(struct seal_secrets *secrets, const struct bench_run *run, const struct seal_header *header);

/* Whether passphrase_derive can do it; loads the engines. */
int passphrase_check_engine(const struct bench_run *run);

#endif
