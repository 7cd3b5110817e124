/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_SEAL_FORMAT_H
#define LANE_BENCH_SEAL_FORMAT_H

/*
 * The format of sealed files, apart from reading and writing them; for users it
 * is bench/sealed-files.md, which also says why. Numbers are little-endian.
 *
 *   header   0   8  "LANESEAL"
 *            8   1  version, 1
 *            9   1  algorithm, 1: AES-256-GCM with tags of 16 bytes
 *           10   1  the key comes from: 0 a key file, 1 a passphrase by Argon2id
 *           11   1  chunk size as a power of two, 10 … 20
 *           12   4  Argon2id: passes, else 0
 *           16   8  Argon2id: memory in bytes, else 0
 *           24  32  salt, random
 *           56  32  commitment to the key
 *   chunks       each as many bytes as the size says, the last one 1 … as many, or none in a file that holds nothing;
 *                each encrypted and followed by its tag
 *
 *   key        K = the key file's 32 bytes, or Argon2id(passphrase, salt's first 16 bytes; one lane, 32 bytes)
 *   file key   F ‖ C = B(first half of B(K, salt 0 … 15), salt 16 … 31), 32 bytes each; C is the commitment.
 *              B(k, x) is the 64-byte block of ChaCha20 (RFC 8439 §2.3) with x as counter (4 bytes) and nonce (12)
 *   chunk i    AES-256-GCM(key F, nonce = 000000 ‖ i as 8 bytes, big-endian ‖ 1 for the last chunk, else 0,
 *              associated data = the header)
 *
 * The chunks are STREAM of Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
 * Misuse-Resistance" (CRYPTO 2015): one that is moved, dropped, repeated or comes from another file has a wrong nonce
 * or key, and an end elsewhere a wrong mark. The cascade of two blocks is a PRF as ChaCha20 is (Goldreich, Goldwasser,
 * Micali 1986).
 */

#include <lanecrypt/aes_gcm.h>

enum {
	SEAL_HEADER_LEN = 88,
	SEAL_SALT_LEN = 32,
	SEAL_KDF_SALT_LEN = 16, /* the salt's first bytes, for Argon2id */
	SEAL_KEY_LEN = 32,
	SEAL_TAG_LEN = 16,
	SEAL_CHUNK_LOG2 = 16, /* what is written */
	SEAL_CHUNK_LOG2_MIN = 10,
	SEAL_CHUNK_LOG2_MAX = 20,
	SEAL_SLOT_PAD = 64 /* bytes that a slot has beyond a chunk */
};

/* What a passphrase may cost who opens a file, since whoever made it chose: at most SEAL_WORK_MAX bytes are gone
 * through in all passes together. */
#define SEAL_MEMORY_MIN (UINT64_C(8) << 20)
#define SEAL_MEMORY_MAX (UINT64_C(1) << 30)
#define SEAL_MEMORY (UINT64_C(256) << 20) /* the default, with SEAL_PASSES */
#define SEAL_PASSES 3
#define SEAL_WORK_MAX (UINT64_C(4) << 30)

enum seal_key_kind { SEAL_KEY_FILE = 0, SEAL_PASSPHRASE = 1 };

struct seal_header {
	enum seal_key_kind key_kind;
	uint32_t chunk_log2;
	uint32_t passes; /* of Argon2id */
	uint64_t memory; /* of Argon2id, bytes */
	uint8_t salt[SEAL_SALT_LEN];
};

/* Takes a header apart. NULL, or what is wrong with it: "is no sealed file" … len: bytes that are there. */
const char *seal_header_read(struct seal_header *header, const uint8_t *bytes, size_t len);

/* A file that is being sealed or opened; holds keys, to be wiped. */
struct seal {
	struct lane_aes_gcm_ctx key;
	uint8_t header[SEAL_HEADER_LEN];
	size_t chunk_len;
};

/* To seal: derives the file's key and writes seal->header. Errors: of lane_aes_gcm_init. */
enum lane_status seal_begin(struct seal *seal, const struct seal_header *header, const uint8_t key[SEAL_KEY_LEN]);

/* To open: likewise, with a header that seal_header_read took; LANE_ERR_AUTH when the key, or what the key derives
 * from, is another. */
enum lane_status seal_open_begin(struct seal *seal, const uint8_t bytes[SEAL_HEADER_LEN],
				 const uint8_t key[SEAL_KEY_LEN]);

/* What a file's content of so many bytes becomes behind the header, or what becomes of that. */
uint64_t seal_length(const struct seal *seal, int opening, uint64_t len);

/*
 * Chunks that follow one another, each in a slot of its own, chunk_len + SEAL_SLOT_PAD bytes apart, that has room for
 * its tag: filled slot by slot, with chunk_len bytes each (chunk_len + SEAL_TAG_LEN to open) and what is left in the
 * last. A group that is not `last` has whole chunks only.
 */
struct seal_group {
	uint8_t *slots;
	uint64_t first; /* number in the file of its first chunk */
	size_t len;     /* bytes in it, slots' padding apart */
	int last;       /* the file ends with this group */
};

/* Encrypts a group in place: len grows by the tags. Errors: of lane_aes_gcm_seal. */
enum lane_status seal_group(const struct seal *seal, struct seal_group *group);

/* Verifies and decrypts a group in place: len shrinks by the tags. LANE_ERR_AUTH when one chunk is not authentic, or
 * there is none where one has to be, or less than a tag, or an end without content; *bad is then its number in the
 * file. What stands before it in the group was authentic. */
enum lane_status seal_open_group(const struct seal *seal, struct seal_group *group, uint64_t *bad);

#endif
