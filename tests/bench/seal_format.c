// SPDX-License-Identifier: MIT
// The format of sealed files in memory: a known file, all lengths around the borders of chunks, and every way to spoil
// one.

#include "../../bench/seal_format.h"
#include "../support/test.h"

enum { LOG2 = SEAL_CHUNK_LOG2_MIN, CHUNK = 1 << LOG2, UNIT = CHUNK + SEAL_TAG_LEN, N_SLOTS = 4 };
enum { CAP = 3 * N_SLOTS * UNIT, REFUSED = -1 };

static uint8_t key[SEAL_KEY_LEN];

static void move_slots(uint8_t *slots, uint8_t *flat, size_t len, size_t unit, int out)
{
	for (size_t done = 0; done < len; done += unit) {
		uint8_t *slot = slots + done / unit * (CHUNK + SEAL_SLOT_PAD);
		const size_t n = len - done < unit ? len - done : unit;
		memcpy(out ? flat + done : slot, out ? slot : flat + done, n);
	}
}

// Group by group, as a file is; the length that came out, or REFUSED. Nothing of a refused group is taken.
static long pass(const struct seal *seal, int opening, uint8_t *to, uint8_t *from, size_t len)
{
	const size_t unit_in = opening ? UNIT : CHUNK, unit_out = opening ? CHUNK : UNIT;
	static uint8_t slots[N_SLOTS * (CHUNK + SEAL_SLOT_PAD)];
	struct seal_group group = {.slots = slots};
	long written = 0;
	size_t done = 0;
	do {
		uint64_t bad = 0;
		group.len = len - done < N_SLOTS * unit_in ? len - done : N_SLOTS * unit_in;
		group.last = done + group.len == len;
		move_slots(group.slots, from + done, group.len, unit_in, 0);
		done += group.len;
		const enum lane_status status =
			opening ? seal_open_group(seal, &group, &bad) : seal_group(seal, &group);
		if (status == LANE_ERR_AUTH && opening)
			return REFUSED;
		assert_int_equal(status, LANE_OK);
		move_slots(group.slots, to + written, group.len, unit_out, 1);
		written += (long)group.len;
		group.first += N_SLOTS;
	} while (!group.last);
	return written;
}

static size_t sealed_of(uint8_t *to, uint8_t *from, size_t len, struct seal_header header)
{
	static struct seal seal;
	assert_int_equal(seal_begin(&seal, &header, key), LANE_OK);
	memcpy(to, seal.header, SEAL_HEADER_LEN);
	const long n = pass(&seal, 0, to + SEAL_HEADER_LEN, from, len);
	assert_int_equal(seal_length(&seal, 0, len), n);
	assert_int_equal(seal_length(&seal, 1, (uint64_t)n), len);
	return SEAL_HEADER_LEN + (size_t)n;
}

// What `open` makes of these bytes.
static long opened(uint8_t *to, uint8_t *from, size_t len)
{
	static struct seal seal;
	struct seal_header header;
	if (seal_header_read(&header, from, len) != NULL || header.chunk_log2 != LOG2)
		return REFUSED;
	const enum lane_status status = seal_open_begin(&seal, from, key);
	if (status == LANE_ERR_AUTH)
		return REFUSED;
	assert_int_equal(status, LANE_OK);
	return pass(&seal, 1, to, from + SEAL_HEADER_LEN, len - SEAL_HEADER_LEN);
}

static struct seal_header some_header(void)
{
	struct seal_header header = {.chunk_log2 = LOG2};
	random_bytes(header.salt, sizeof(header.salt));
	random_bytes(key, sizeof(key));
	return header;
}

// Made by the Python of bench/sealed-files.md turned round: key 00 01 … 1f, salt ff fe … e0.
static void known(void)
{
	static const char hex[] =
		"4c414e455345414c0101000a000000000000000000000000fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8"
		"e7e6e5e4e3e2e1e0fd343fd373e840f9294271cd1a1e254900658ab0acbcd4f77d5bf14ebd13ab6b99f2a328b3602d26"
		"9e2120e88f23a9abb026059a7026720c2302d02942";
	struct seal_header header = {.chunk_log2 = LOG2};
	uint8_t text[] = "a sealed file", sealed[200], back[200];
	size_t len;
	const uint8_t *expected = from_hex(hex, &len);
	for (uint8_t i = 0; i < 32; i++) {
		key[i] = i;
		header.salt[i] = (uint8_t)(255 - i);
	}
	assert_int_equal(sealed_of(sealed, text, 13, header), len);
	check_equal(sealed, expected, len, "sealed file");
	assert_int_equal(opened(back, sealed, len), 13);
	check_equal(back, text, 13, "opened file");
}

static void lengths(void)
{
	uint8_t *text = random_buffer(CAP), *sealed = zero_buffer(CAP + SEAL_HEADER_LEN, 1),
		*back = zero_buffer(CAP, 1);
	static const size_t around[] = {
		0, 1, CHUNK, 2 * CHUNK, N_SLOTS * CHUNK, (N_SLOTS + 1) * CHUNK, 2 * N_SLOTS * CHUNK};
	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		for (size_t len = around[i] > 17 ? around[i] - 17 : 0; len <= around[i] + 17; len++) {
			at("%zu bytes", len);
			const size_t n = sealed_of(sealed, text, len, some_header());
			const size_t chunks = len == 0 ? 1 : (len + CHUNK - 1) / CHUNK;
			assert_int_equal(n, SEAL_HEADER_LEN + len + SEAL_TAG_LEN * chunks);
			assert_int_equal(opened(back, sealed, n), len);
			check_equal(back, text, len, "opened file");
		}
}

// Every byte of the file changed, every length cut to.
static void altered(void)
{
	enum { LEN = 2 * CHUNK + 100 };
	uint8_t *text = random_buffer(LEN), *sealed = zero_buffer(CAP, 1), *back = zero_buffer(CAP, 1);
	const size_t n = sealed_of(sealed, text, LEN, some_header());
	for (size_t i = 0; i < n; i++) {
		at("byte %zu", i);
		const uint8_t flip = (uint8_t)(1u << random_below(8));
		sealed[i] ^= flip;
		assert_int_equal(opened(back, sealed, n), REFUSED);
		sealed[i] ^= flip;
		assert_int_equal(opened(back, sealed, i), REFUSED);
	}
	assert_int_equal(opened(back, sealed, n + 1), REFUSED);
	key[31] ^= 1;
	assert_int_equal(opened(back, sealed, n), REFUSED);
	key[31] ^= 1;
	assert_int_equal(opened(back, sealed, n), LEN);
}

// Chunks of this file and another one under the same key, in all orders of up to four of them; the right one is
// accepted.
static void spliced(void)
{
	enum { N = 3, LEN = N * CHUNK };
	uint8_t *text = random_buffer(LEN), *back = zero_buffer(CAP, 1), *spliced = zero_buffer(CAP, 1);
	uint8_t *sealed[2] = {zero_buffer(CAP, 1), zero_buffer(CAP, 1)};
	struct seal_header header = some_header();
	sealed_of(sealed[0], text, LEN, header);
	header.salt[31] ^= 1;
	sealed_of(sealed[1], text, LEN, header);
	memcpy(spliced, sealed[0], SEAL_HEADER_LEN);
	int accepted = 0;
	for (int n = 0; n <= 4; n++)
		for (int order = 0; order < 1 << 4 * n; order++) {
			int right = n == N, real = 1;
			for (int i = 0; i < n; i++) {
				const int file = order >> 4 * i & 1, chunk = order >> (4 * i + 1) & 7;
				real &= chunk < N;
				right &= file == 0 && chunk == i;
				if (real)
					memcpy(spliced + SEAL_HEADER_LEN + i * UNIT,
					       sealed[file] + SEAL_HEADER_LEN + chunk * UNIT, UNIT);
			}
			if (!real)
				continue;
			at("order %x of %d", (unsigned)order, n);
			const long len = opened(back, spliced, (size_t)(SEAL_HEADER_LEN + n * UNIT));
			assert_int_equal(len, right ? LEN : REFUSED);
			accepted += right;
		}
	assert_int_equal(accepted, 1);
}

// An empty last chunk behind others is authentic, but no file that we write: there would be two forms of one content.
static void empty_end(void)
{
	static struct seal seal;
	struct seal_header header = some_header();
	uint8_t *text = random_buffer(N_SLOTS * CHUNK), *sealed = zero_buffer(CAP, 1), *back = zero_buffer(CAP, 1);
	sealed_of(sealed, text, (N_SLOTS * CHUNK), header);
	assert_int_equal(seal_begin(&seal, &header, key), LANE_OK);
	uint8_t nonce[12] = {0};
	for (uint8_t i = 0; i <= N_SLOTS; i++) { // the last one again, without its mark, and then none
		nonce[10] = i;
		nonce[11] = i == N_SLOTS;
		uint8_t *chunk = sealed + SEAL_HEADER_LEN + i * UNIT;
		const size_t len = i < N_SLOTS ? CHUNK : 0;
		assert_int_equal(lane_aes_gcm_seal(&seal.key, chunk, chunk + len, SEAL_TAG_LEN, nonce, 12, seal.header,
						   SEAL_HEADER_LEN, text + i * CHUNK, len),
				 LANE_OK);
	}
	const size_t n = SEAL_HEADER_LEN + N_SLOTS * UNIT + SEAL_TAG_LEN;
	assert_int_equal(opened(back, sealed, n), REFUSED);
	// With content it is one that we write.
	uint8_t *chunk = sealed + SEAL_HEADER_LEN + N_SLOTS * UNIT;
	assert_int_equal(lane_aes_gcm_seal(&seal.key, chunk, chunk + 1, SEAL_TAG_LEN, nonce, 12, seal.header,
					   SEAL_HEADER_LEN, text, 1),
			 LANE_OK);
	assert_int_equal(opened(back, sealed, n + 1), N_SLOTS * CHUNK + 1);
}

static const char *header_with(enum seal_key_kind kind, uint32_t chunk_log2, uint32_t passes, uint64_t memory)
{
	static struct seal seal;
	struct seal_header header = {.key_kind = kind, .chunk_log2 = chunk_log2, .passes = passes, .memory = memory},
			   read;
	assert_int_equal(seal_begin(&seal, &header, key), LANE_OK);
	const char *wrong = seal_header_read(&read, seal.header, SEAL_HEADER_LEN);
	if (wrong == NULL)
		assert_true(read.key_kind == kind && read.chunk_log2 == chunk_log2 && read.passes == passes &&
			    read.memory == memory);
	return wrong;
}

static void limits(void)
{
	const uint64_t MiB = 1 << 20;
	for (uint32_t log2 = 0; log2 < 32; log2++)
		assert_int_equal(header_with(SEAL_KEY_FILE, log2, 0, 0) == NULL, log2 >= 10 && log2 <= 20);
	assert_non_null(header_with(SEAL_KEY_FILE, 16, 1, 0));
	assert_non_null(header_with(SEAL_KEY_FILE, 16, 0, 1));
	assert_null(header_with(SEAL_PASSPHRASE, 16, 3, 256 * MiB));
	assert_null(header_with(SEAL_PASSPHRASE, 16, 512, 8 * MiB));
	assert_non_null(header_with(SEAL_PASSPHRASE, 16, 513, 8 * MiB));
	assert_null(header_with(SEAL_PASSPHRASE, 16, 4, 1024 * MiB));
	assert_non_null(header_with(SEAL_PASSPHRASE, 16, 5, 1024 * MiB));
	assert_non_null(header_with(SEAL_PASSPHRASE, 16, 1, 1024 * MiB + 1));
	assert_non_null(header_with(SEAL_PASSPHRASE, 16, 1, 64 * 1024 * MiB));
	assert_non_null(header_with(SEAL_PASSPHRASE, 16, UINT32_MAX, UINT64_MAX));
	assert_non_null(header_with(SEAL_PASSPHRASE, 16, 0, 256 * MiB));
	assert_non_null(header_with(SEAL_PASSPHRASE, 16, 3, 8 * MiB - 1));
	assert_non_null(header_with((enum seal_key_kind)2, 16, 3, 256 * MiB));
}

// Salts that make the block counter of ChaCha20 its last.
static void salts(void)
{
	static struct seal seal;
	struct seal_header header = {.chunk_log2 = LOG2};
	uint8_t bytes[SEAL_HEADER_LEN];
	memset(header.salt, 0xFF, sizeof(header.salt));
	assert_int_equal(seal_begin(&seal, &header, key), LANE_OK);
	memcpy(bytes, seal.header, sizeof(bytes));
	assert_int_equal(seal_open_begin(&seal, bytes, key), LANE_OK);
	header.salt[0] ^= 1;
	assert_int_equal(seal_begin(&seal, &header, key), LANE_OK);
	assert_memory_not_equal(seal.header + 56, bytes + 56, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(known),     TEST(lengths), TEST(altered), TEST(spliced),
					   TEST(empty_end), TEST(limits),  TEST(salts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
