// SPDX-License-Identifier: MIT
// Sealed files from anywhere. Either any bytes: a header is refused or within its limits, and no chunks behind it are
// taken for authentic, though they stand under a header that is. Or chunks of two files that were sealed, in any order
// and cut anywhere: only one file as it was is opened, and whatever else gives back no more than its beginning.

#include <string.h>

#include "../../bench/seal_format.h"
#include "fuzz.h"

enum {
	LOG2 = SEAL_CHUNK_LOG2_MIN,
	CHUNK = 1 << LOG2,
	UNIT = CHUNK + SEAL_TAG_LEN,
	N_CHUNKS = 3,
	LEN = 2 * CHUNK + 100
};
enum { SEALED_LEN = LEN + N_CHUNKS * SEAL_TAG_LEN };

static const uint8_t key[SEAL_KEY_LEN] = {7};
static struct seal seals[2];
static uint8_t text[LEN], sealed[2][SEALED_LEN];

// Bytes into slots that end where the memory does.
static struct seal_group group_of(const uint8_t *bytes, size_t len, size_t chunk_len)
{
	const size_t unit = chunk_len + SEAL_TAG_LEN, stride = chunk_len + SEAL_SLOT_PAD, last = len / unit;
	struct seal_group group = {.len = len, .last = 1};
	group.slots = fuzz_alloc(last * stride + len % unit + SEAL_TAG_LEN, 0);
	for (size_t at = 0; at < len; at += unit)
		memcpy(group.slots + at / unit * stride, bytes + at, len - at < unit ? len - at : unit);
	return group;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	for (size_t i = 0; i < LEN; i++)
		text[i] = (uint8_t)(i * 2654435761u >> 13);
	for (uint8_t f = 0; f < 2; f++) {
		struct seal_header header = {.chunk_log2 = LOG2, .salt = {f}};
		struct seal_group group = {
			.slots = fuzz_alloc(N_CHUNKS * (CHUNK + SEAL_SLOT_PAD), 0), .len = LEN, .last = 1};
		fuzz_must(seal_begin(&seals[f], &header, key) == LANE_OK, "no key");
		for (size_t at = 0; at < LEN; at += CHUNK)
			memcpy(group.slots + at / CHUNK * (CHUNK + SEAL_SLOT_PAD), text + at,
			       LEN - at < CHUNK ? LEN - at : CHUNK);
		fuzz_must(seal_group(&seals[f], &group) == LANE_OK && group.len == SEALED_LEN, "not sealed");
		for (size_t at = 0; at < SEALED_LEN; at += UNIT)
			memcpy(sealed[f] + at, group.slots + at / UNIT * (CHUNK + SEAL_SLOT_PAD),
			       SEALED_LEN - at < UNIT ? SEALED_LEN - at : UNIT);
		fuzz_release();
	}
	return 0;
}

static void any_bytes(const uint8_t *data, size_t len)
{
	struct seal_header header;
	struct seal seal;
	uint64_t bad;
	uint8_t *exact = fuzz_copy(data, len, 0);
	if (seal_header_read(&header, exact, len) != NULL)
		return;
	fuzz_must(header.chunk_log2 >= 10 && header.chunk_log2 <= 20 && header.memory <= SEAL_MEMORY_MAX &&
			  header.passes * header.memory <= SEAL_WORK_MAX,
		  "a header beyond its limits");
	fuzz_must(seal_begin(&seal, &header, key) == LANE_OK, "no key");
	const int committed = memcmp(seal.header, exact, SEAL_HEADER_LEN) == 0;
	fuzz_must(seal_open_begin(&seal, exact, key) == (committed ? LANE_OK : LANE_ERR_AUTH),
		  "another key taken for it");
	fuzz_must(seal_open_begin(&seal, seal.header, key) == LANE_OK, "no key");
	struct seal_group group = group_of(exact + SEAL_HEADER_LEN, len - SEAL_HEADER_LEN, seal.chunk_len);
	fuzz_must(seal_open_group(&seal, &group, &bad) == LANE_ERR_AUTH, "a forgery");
	fuzz_must(bad <= len / ((size_t)1 << header.chunk_log2), "chunk %llu is none", (unsigned long long)bad);
}

// Each byte one of the chunks; the last two say where it is cut.
static void spliced(const uint8_t *data, size_t len)
{
	enum { MAX = 8 };
	uint8_t *bytes = fuzz_alloc(MAX * UNIT, 0);
	uint64_t bad = 0;
	size_t n = 0;
	for (size_t i = 0; i + 2 < len && i < MAX; i++) {
		const size_t chunk = data[i] % N_CHUNKS, at = chunk * UNIT;
		const size_t chunk_len = SEALED_LEN - at < UNIT ? SEALED_LEN - at : UNIT;
		memcpy(bytes + n, sealed[data[i] >> 7] + at, chunk_len);
		n += chunk_len;
	}
	const size_t cut = len >= 2 ? (size_t)data[len - 2] << 8 | data[len - 1] : 0;
	n = cut < n ? n - cut : n;
	for (int f = 0; f < 2; f++) {
		struct seal_group group = group_of(bytes, n, CHUNK);
		const enum lane_status status = seal_open_group(&seals[f], &group, &bad);
		const int whole = n == SEALED_LEN && memcmp(bytes, sealed[f], n) == 0;
		fuzz_must(status == (whole ? LANE_OK : LANE_ERR_AUTH), "file %d, %zu bytes: status %d", f, n, status);
		fuzz_must(!(fuzz_planted && status == LANE_ERR_AUTH && bad == 2), "planted");
		for (uint64_t chunk = 0; chunk < bad; chunk++) // verified before the bad one
			fuzz_must(memcmp(group.slots + chunk * (CHUNK + SEAL_SLOT_PAD), text + chunk * CHUNK,
					 LEN - chunk * CHUNK < CHUNK ? LEN - chunk * CHUNK : CHUNK) == 0,
				  "chunk %llu is another", (unsigned long long)chunk);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0 && data[0] == 'L')
		any_bytes(data, len);
	else if (len > 0)
		spliced(data + 1, len - 1);
	fuzz_release();
	return 0;
}
