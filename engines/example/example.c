// SPDX-License-Identifier: MIT
// A whole engine in one file: ChaCha20 in plain C, after RFC 8439 §2.3 and §2.4.
// CMakeLists.txt beside it builds it against the installed header alone. Then:
//   lanecrypt verify --engine build/example.so

#include <stdlib.h>
#include <string.h>

#include <lanecrypt/engine.h>

// ---- The algorithm, for little-endian machines ----

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
	*a += *b, *d ^= *a, *d = *d << 16 | *d >> 16;
	*c += *d, *b ^= *c, *b = *b << 12 | *b >> 20;
	*a += *b, *d ^= *a, *d = *d << 8 | *d >> 24;
	*c += *d, *b ^= *c, *b = *b << 7 | *b >> 25;
}

static void key_stream_block(uint32_t out[16], const uint32_t state[16])
{
	memcpy(out, state, 64);
	for (int i = 0; i < 20; i++) { // even rounds go down the columns, odd ones down the diagonals
		for (int j = 0, d = i % 2; j < 4; j++)
			quarter_round(&out[j], &out[4 + (j + d) % 4], &out[8 + (j + 2 * d) % 4], &out[12 + (j + 3 * d) % 4]);
	}
	for (int i = 0; i < 16; i++)
		out[i] += state[i];
}

// ---- The item: a key is made once, then used for many messages ----

static int key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
                   size_t key_len, void **out)
{
	(void)engine;
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	*out = malloc(key_len);
	if (!*out)
		return LANE_ENGINE_FAILED;
	memcpy(*out, bytes, key_len);
	return LANE_ENGINE_OK;
}

static int crypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint32_t state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, block[16];
	memcpy(state + 4, key, 32);
	memcpy(state + 12, iv, 16); // the block counter, then the nonce
	for (size_t i = 0; i < len; i++) {
		if (i % 64 == 0) {
			key_stream_block(block, state);
			state[12]++;
		}
		out[i] = in[i] ^ ((const uint8_t *)block)[i % 64];
	}
	return LANE_ENGINE_OK;
}

static const struct lane_engine_cipher ciphers[] = {
	{.algorithm = "ChaCha20", .capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY, .key_len = 32,
	 .iv_len = 16, .block_len = 1, .key_new = key_new, .key_free = free, .encrypt = crypt, .decrypt = crypt}};
static const struct lane_engine_table cipher_table = {sizeof cipher_table, sizeof ciphers[0], 1, 0, ciphers};

// ---- The engine. A library that needs something for each thread makes it in create() ----

struct lane_engine_object {
	const char *error;
};

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	static struct lane_engine_object object = {"out of memory"}; // all that can go wrong here
	(void)reason, (void)reason_cap;
	*out = &object;
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine) { (void)engine; }
static const char *last_error(struct lane_engine_object *engine) { return engine->error; }
static const char *version(void) { return "example 1.0"; }

static const struct lane_engine_table *table(const char *kind)
{
	return strcmp(kind, LANE_ENGINE_CIPHER) == 0 ? &cipher_table : NULL;
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI, .struct_size = sizeof engine, .name = "example",
		.summary = "ChaCha20 in plain C", .library_version = version, .built_for = "example 1.0",
		.create = create, .destroy = destroy, .table = table, .last_error = last_error};
	(void)host_abi;
	return &engine;
}
