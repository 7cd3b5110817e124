// SPDX-License-Identifier: MIT
#include "seal_format.h"

#include <string.h>

#include <lanecrypt/chacha20.h>

#include "../kernels/ct.h"

static const uint8_t magic[8] = {'L', 'A', 'N', 'E', 'S', 'E', 'A', 'L'};
enum { VERSION = 1, AES_256_GCM = 1 };
enum {
	AT_VERSION = 8,
	AT_ALGORITHM,
	AT_KEY_KIND,
	AT_CHUNK_LOG2,
	AT_PASSES,
	AT_MEMORY = 16,
	AT_SALT = 24,
	AT_COMMITMENT = 56
};

// B of the head comment; out must not be key.
static enum lane_status chacha20_block(uint8_t out[64], const uint8_t key[SEAL_KEY_LEN], const uint8_t input[16])
{
	struct lane_chacha20_ctx chacha;
	memset(out, 0, 64);
	enum lane_status status = lane_chacha20_init(&chacha, key, SEAL_KEY_LEN);
	if (status == LANE_OK)
		status = lane_chacha20_crypt(&chacha, out, input + 4, load32_le(input), out, 64);
	lane_chacha20_wipe(&chacha);
	return status;
}

// F ‖ C of the head comment.
static enum lane_status derive(uint8_t out[64], const uint8_t key[SEAL_KEY_LEN], const uint8_t salt[SEAL_SALT_LEN])
{
	uint8_t half[64];
	enum lane_status status = chacha20_block(half, key, salt);
	if (status == LANE_OK)
		status = chacha20_block(out, half, salt + 16);
	lane_wipe(half, sizeof(half));
	return status;
}

const char *seal_header_read(struct seal_header *header, const uint8_t *bytes, size_t len)
{
	if (len < sizeof(magic) || memcmp(bytes, magic, sizeof(magic)) != 0)
		return "is no sealed file";
	if (len < SEAL_HEADER_LEN)
		return "is cut short within its header";
	if (bytes[AT_VERSION] != VERSION)
		return "is of a version that this program does not know";
	if (bytes[AT_ALGORITHM] != AES_256_GCM)
		return "is sealed by an algorithm that this program does not know";
	if (bytes[AT_KEY_KIND] > SEAL_PASSPHRASE)
		return "has a kind of key that this program does not know";
	header->key_kind = (enum seal_key_kind)bytes[AT_KEY_KIND];
	header->chunk_log2 = bytes[AT_CHUNK_LOG2];
	header->passes = load32_le(bytes + AT_PASSES);
	header->memory = load64_le(bytes + AT_MEMORY);
	memcpy(header->salt, bytes + AT_SALT, SEAL_SALT_LEN);
	if (header->chunk_log2 < SEAL_CHUNK_LOG2_MIN || header->chunk_log2 > SEAL_CHUNK_LOG2_MAX)
		return "has chunks of a size beyond the limits, 1 KiB to 1 MiB";
	if (header->key_kind == SEAL_KEY_FILE)
		return header->passes == 0 && header->memory == 0 ? NULL : "has a header that contradicts itself";
	if (header->memory < SEAL_MEMORY_MIN || header->memory > SEAL_MEMORY_MAX)
		return "asks for an amount of memory beyond the limits, 8 MiB to 1 GiB, to derive its key";
	if (header->passes < 1 || header->passes > SEAL_WORK_MAX / header->memory)
		return "asks for more work than the limit, 4 GiB gone through, to derive its key";
	return NULL;
}

enum lane_status seal_begin(struct seal *seal, const struct seal_header *header, const uint8_t key[SEAL_KEY_LEN])
{
	uint8_t derived[64], *bytes = seal->header;
	enum lane_status status = derive(derived, key, header->salt);
	memcpy(bytes, magic, sizeof(magic));
	bytes[AT_VERSION] = VERSION;
	bytes[AT_ALGORITHM] = AES_256_GCM;
	bytes[AT_KEY_KIND] = (uint8_t)header->key_kind;
	bytes[AT_CHUNK_LOG2] = (uint8_t)header->chunk_log2;
	store32_le(bytes + AT_PASSES, header->passes);
	store64_le(bytes + AT_MEMORY, header->memory);
	memcpy(bytes + AT_SALT, header->salt, SEAL_SALT_LEN);
	memcpy(bytes + AT_COMMITMENT, derived + SEAL_KEY_LEN, 32);
	seal->chunk_len = (size_t)1 << header->chunk_log2;
	if (status == LANE_OK)
		status = lane_aes_gcm_init(&seal->key, derived, SEAL_KEY_LEN);
	lane_wipe(derived, sizeof(derived));
	return status;
}

enum lane_status seal_open_begin(struct seal *seal, const uint8_t bytes[SEAL_HEADER_LEN],
				 const uint8_t key[SEAL_KEY_LEN])
{
	struct seal_header header;
	if (seal_header_read(&header, bytes, SEAL_HEADER_LEN) != NULL)
		return LANE_ERR_STATE;
	enum lane_status status = seal_begin(seal, &header, key);
	if (status == LANE_OK && ct_tag_differs(seal->header + AT_COMMITMENT, bytes + AT_COMMITMENT, 32) != 0) {
		lane_aes_gcm_wipe(&seal->key);
		status = LANE_ERR_AUTH;
	}
	return status;
}

uint64_t seal_length(const struct seal *seal, int opening, uint64_t len)
{
	const uint64_t unit = seal->chunk_len + (opening ? SEAL_TAG_LEN : 0);
	const uint64_t tags = SEAL_TAG_LEN * (len > unit ? len / unit + (len % unit != 0) : 1);
	return !opening ? len + tags : len > tags ? len - tags : 0;
}

static void make_nonce(uint8_t nonce[12], uint64_t chunk, int last)
{
	memset(nonce, 0, 3);
	store64_be(nonce + 3, chunk);
	nonce[11] = last != 0;
}

enum lane_status seal_group(const struct seal *seal, struct seal_group *group)
{
	const size_t stride = seal->chunk_len + SEAL_SLOT_PAD;
	size_t left = group->len;
	uint8_t nonce[12], *slot = group->slots;
	enum lane_status status = LANE_OK;
	for (uint64_t chunk = group->first; status == LANE_OK; chunk++, slot += stride) {
		const size_t len = left < seal->chunk_len ? left : seal->chunk_len;
		if (len == 0 && !(group->last && chunk == 0))
			break;
		left -= len;
		make_nonce(nonce, chunk, group->last && left == 0);
		status = lane_aes_gcm_seal(&seal->key, slot, slot + len, SEAL_TAG_LEN, nonce, sizeof(nonce),
					   seal->header, SEAL_HEADER_LEN, slot, len);
		group->len += SEAL_TAG_LEN;
		if (len == 0)
			break;
	}
	return status;
}

enum lane_status seal_open_group(const struct seal *seal, struct seal_group *group, uint64_t *bad)
{
	const size_t stride = seal->chunk_len + SEAL_SLOT_PAD;
	size_t left = group->len;
	uint8_t nonce[12], *slot = group->slots;
	enum lane_status status = LANE_OK;
	*bad = group->first;
	if (left == 0)
		return LANE_ERR_AUTH;
	for (; status == LANE_OK && left > 0; ++*bad, slot += stride) {
		const size_t sealed = left < seal->chunk_len + SEAL_TAG_LEN ? left : seal->chunk_len + SEAL_TAG_LEN;
		if (sealed < SEAL_TAG_LEN || (sealed == SEAL_TAG_LEN && *bad > 0))
			return LANE_ERR_AUTH;
		left -= sealed;
		make_nonce(nonce, *bad, group->last && left == 0);
		status = lane_aes_gcm_open(&seal->key, slot, nonce, sizeof(nonce), seal->header, SEAL_HEADER_LEN, slot,
					   sealed - SEAL_TAG_LEN, slot + sealed - SEAL_TAG_LEN, SEAL_TAG_LEN);
		if (status != LANE_OK)
			return status;
		group->len -= SEAL_TAG_LEN;
	}
	return status;
}
