// SPDX-License-Identifier: MIT
// Known answers: examples that the standards themselves give, in hexadecimal.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "group.h"
#include "known_answers.h"
#include "known_keys.h"
#include "verify.h"

#define SUNSCREEN                                                                                                      \
	"4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c642"    \
	"06f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f75"    \
	"6c642062652069742e"
#define K128 "2b7e151628aed2a6abf7158809cf4f3c"
#define K192 "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
#define K256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define FOUR_BLOCKS                                                                                                    \
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f" \
	"9b17ad2b417be66c3710"
#define GCM_KEY "feffe9928665731c6d6a8f9467308308"
#define GCM_TEXT                                                                                                       \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0d" \
	"e657ba637b39"
#define GCM_AAD "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define GCM_LONG_IV                                                                                                    \
	"9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de" \
	"6a57a637b39b"
#define BYTES_0_15 "000102030405060708090a0b0c0d0e0f"
#define BYTES_16_31 "101112131415161718191a1b1c1d1e1f"
#define BYTES_32_47 "202122232425262728292a2b2c2d2e2f"
#define AEGIS_TEXT                                                                                                     \
	"040506070405060704050607040506070405060704050607040506070405060704050607040506070405060704050607040506070405" \
	"060704050607040506070405060704050607040506070405060704050607040506070405060704050607040506070405060704050607" \
	"040506070405060704050607"
#define AEGIS_KEY "10010000000000000000000000000000"
#define AEGIS_NONCE "10000200000000000000000000000000"
#define ZEROES_16 "00000000000000000000000000000000"

static const struct {
	const char *algorithm, *source, *key, *nonce, *aad, *in, *out, *tag;
} aeads[] = {
	{"AES-128-GCM", "GCM specification, test case 1", ZEROES_16, "000000000000000000000000", "", "", "",
	 "58e2fccefa7e3061367f1d57a4e7455a"},
	{"AES-128-GCM", "GCM specification, test case 4", GCM_KEY, "cafebabefacedbaddecaf888", GCM_AAD, GCM_TEXT,
	 "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0a"
	 "ac973d58e091",
	 "5bc94fbc3221a5db94fae95ae7121a47"},
	{"AES-128-GCM", "GCM specification, test case 6", GCM_KEY, GCM_LONG_IV, GCM_AAD, GCM_TEXT,
	 "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca701e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca4"
	 "17034c34aee5",
	 "619cc5aefffe0bfa462af43c1699d050"},
	{"AES-192-GCM", "GCM specification, test case 10", GCM_KEY "feffe9928665731c", "cafebabefacedbaddecaf888",
	 GCM_AAD, GCM_TEXT,
	 "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c84a3f4718e2448b2fe3"
	 "24d9ccda2710",
	 "2519498e80f1478f37ba55bd6d27618c"},
	{"AES-256-GCM", "GCM specification, test case 16", GCM_KEY GCM_KEY, "cafebabefacedbaddecaf888", GCM_AAD,
	 GCM_TEXT,
	 "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba"
	 "7a0abcc9f662",
	 "76fc6ece0f4e1768cddf8853bb2d551b"},
	{"ChaCha20-Poly1305", "RFC 8439 2.8.2", "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
	 "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7", SUNSCREEN,
	 "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e06"
	 "0b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d265"
	 "86cec64b6116",
	 "1ae10b594f09e26a7e902ecbd0600691"},
	{"XChaCha20-Poly1305", "draft-irtf-cfrg-xchacha-03 A.3.1",
	 "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
	 "404142434445464748494a4b4c4d4e4f5051525354555657", "50515253c0c1c2c3c4c5c6c7", SUNSCREEN,
	 "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54"
	 "c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f6"
	 "15c68b13b52e",
	 "c0875924c1c7987947deafd8780acf49"},
	{"AES-128-GCM-SIV", "RFC 8452 C.1", "01000000000000000000000000000000", "030000000000000000000000", "",
	 "0100000000000000", "b5d839330ac7b786", "578782fff6013b815b287c22493a364c"},
	{"AES-256-GCM-SIV", "RFC 8452 C.2", "0100000000000000000000000000000000000000000000000000000000000000",
	 "030000000000000000000000", "", "0100000000000000", "c2ef328e5c71c83b", "843122130f7364b761e0b97427e3df28"},
	{"AEGIS-128L", "RFC 10032, test vector 4", AEGIS_KEY, AEGIS_NONCE, "0001020304050607",
	 "000102030405060708090a0b0c0d", "79d94593d8c2119d7e8fd9b8fc77", "5c04b3dba849b2701effbe32c7f0fab7"},
	{"AEGIS-128L", "RFC 10032, test vector 4, long tag", AEGIS_KEY, AEGIS_NONCE, "0001020304050607",
	 "000102030405060708090a0b0c0d", "79d94593d8c2119d7e8fd9b8fc77",
	 "86f1b80bfb463aba711d15405d094baf4a55a15dbfec81a76f35ed0b9c8b04ac"},
	{"AEGIS-128X2", "RFC 10032, test vector 2", BYTES_0_15, BYTES_16_31, "0102030401020304", AEGIS_TEXT,
	 "5795544301997f93621b278809d6331b3bfa6f18e90db12c4aa35965b5e98c5fc6fb4e54bcb6111842c20637252eff747cb3a8f85b37"
	 "de80919a589fe0f24872bc926360696739e05520647e390989e1eb5fd42f99678a0276a498f8c454761c9d6aacb647ad56be62b29c22"
	 "cd4b5761b38f43d5a5ee062f",
	 "c471876f9b4978c44f2ae1ce770cdb11a094ee3feca64e7afcd48bfe52c60eca"},
	{"AEGIS-128X4", "RFC 10032, test vector 2", BYTES_0_15, BYTES_16_31, "0102030401020304", AEGIS_TEXT,
	 "e836118562f4479c9d35c17356a833114c21f9aa39e4dda5e5c87f4152a00fce9a7c38f832eafe8b1c12f8a7cf12a81a1ad8a9c24ba9"
	 "dedfbdaa586ffea67ddc801ea97d9ab4a872f42d0e352e2713dacd609f9442c17517c5a29daf3e2a3fac4ff6b1380c4e46df7b086af6"
	 "ce6bc1ed594b8dd64aed2a7e",
	 "69abf0f64a137dd6e122478d777e98bc422823006cf57f5ee822dd78397230b2"},
	{"AEGIS-256", "RFC 10032, test vector 4", AEGIS_KEY ZEROES_16, AEGIS_NONCE ZEROES_16, "0001020304050607",
	 "000102030405060708090a0b0c0d", "f373079ed84b2709faee37358458", "c60b9c2d33ceb058f96e6dd03c215652"},
	{"AEGIS-256", "RFC 10032, test vector 4, long tag", AEGIS_KEY ZEROES_16, AEGIS_NONCE ZEROES_16,
	 "0001020304050607", "000102030405060708090a0b0c0d", "f373079ed84b2709faee37358458",
	 "8c1cc703c81281bee3f6d9966e14948b4a175b2efbdc31e61a98b4465235c2d9"},
	{"AEGIS-256X2", "RFC 10032, test vector 1", BYTES_0_15 BYTES_16_31, BYTES_16_31 BYTES_32_47, "", "", "",
	 "25d7e799b49a80354c3f881ac2f1027f471a5d293052bd9997abd3ae84014bb7"},
	{"AEGIS-256X4", "RFC 10032, test vector 1", BYTES_0_15 BYTES_16_31, BYTES_16_31 BYTES_32_47, "", "", "",
	 "6093a1a8aab20ec635dc1ca71745b01b5bec4fc444c9ffbebd710d4a34d20eaf"},
	{"AES-128-CCM", "SP 800-38C, example 3", "404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b",
	 BYTES_0_15 "10111213", "202122232425262728292a2b2c2d2e2f3031323334353637",
	 "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5", "484392fbc1b09951"},
	{"AES-192-CCM", "NIST CAVP VNT192.rsp, count 50", "d49b255aed8be1c02eb6d8ae2bac6dcd7901f1f61df3bbf5",
	 "1af29e721c98e81fb6286370", "64f8a0eee5487a4958a489ed35f1327e2096542c1bdb2134fb942ca91804c274",
	 "062eafb0cd09d26e65108c0f56fcc7a305f31c34e0f3a24c", "721344e2fd05d2ee50713531052d75e4071103ab0436f65f",
	 "0af2a663da51bac626c9f4128ba5ec0b"},
	{"AES-256-CCM", "NIST CAVP VNT256.rsp, count 50",
	 "d6ff67379a2ead2ca87aa4f29536258f9fb9fc2e91b0ed18e7b9f5df332dd1dc", "2f1d0717a822e20c7cd28f0a",
	 "d50741d34c8564d92f396b97be782923ff3c855ea9757bde419f632c83997630",
	 "98626ffc6c44f13c964e7fcb7d16e988990d6d063d012d33", "50e22db70ac2bab6d6af7059c90d00fbf0fb52eee5eb650e",
	 "08aca7dec636170f481dcb9fefb85c05"},
};

static const struct {
	const char *algorithm, *source, *key, *iv, *in, *out;
} ciphers[] = {
	{"AES-128-ECB", "SP 800-38A F.1.1", K128, "", FOUR_BLOCKS,
	 "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf43b1cd7f598ece23881b00e3ed0306887b0c785e27e8"
	 "ad3f8223207104725dd4"},
	{"AES-192-ECB", "SP 800-38A F.1.3", K192, "", FOUR_BLOCKS,
	 "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eefef7afd2270e2e60adce0ba2face6444e9a4b41ba738d"
	 "6c72fb16691603c18e0e"},
	{"AES-256-ECB", "SP 800-38A F.1.5", K256, "", FOUR_BLOCKS,
	 "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9"
	 "f3ff067d8d8f9e24ecc7"},
	{"AES-128-CBC", "SP 800-38A F.2.1", K128, BYTES_0_15, FOUR_BLOCKS,
	 "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681f"
	 "ac09120eca307586e1a7"},
	{"AES-128-CTR", "SP 800-38A F.5.1", K128, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", FOUR_BLOCKS,
	 "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe"
	 "03d1792170a0f3009cee"},
	{"AES-192-CTR", "SP 800-38A F.5.3", K192, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", FOUR_BLOCKS,
	 "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26bd1ebc670d1bd1d665620abf74f78a7f6d298"
	 "09585a97daec58c6b050"},
	{"AES-256-CTR", "SP 800-38A F.5.5", K256, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", FOUR_BLOCKS,
	 "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67a"
	 "ada613c2dd08457941a6"},
	{"AES-128-XTS", "IEEE 1619, vector 2", "1111111111111111111111111111111122222222222222222222222222222222",
	 "33333333330000000000000000000000", "4444444444444444444444444444444444444444444444444444444444444444",
	 "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"},
	{"ChaCha20", "RFC 8439 2.4.2", BYTES_0_15 BYTES_16_31, "01000000000000000000004a00000000", SUNSCREEN,
	 "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e651"
	 "52ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eed"
	 "f2785e42874d"},
};

static const struct {
	const char *algorithm, *source, *key, *in, *tag;
} macs[] = {
	{"GHASH", "GCM specification, test case 2", ZEROES_16,
	 "0388dace60b6a392f328c2b971b2fe7800000000000000000000000000000080", "f38cbb1ad69223dcc3457ae5b6b0f885"},
	{"POLYVAL", "RFC 8452 A", "25629347589242761d31f826ba4b757b",
	 "4f4f95668c83dfb6401762bb2d01a262d1a24ddd2721d006bbe45f20d3c9f362", "f7a3b47b846119fae5b7866cf5e5b77e"},
	{"Poly1305", "RFC 8439 2.5.2", "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
	 "43727970746f6772617068696320466f72756d2052657365617263682047726f7570", "a8061dc1305136c6c22b8baf0c0127a9"},
	{"AES-128-CMAC", "RFC 4493, example 2", K128, "6bc1bee22e409f96e93d7e117393172a",
	 "070a16b46b4d4144f79bdd9dd04a287c"},
	{"SHA-256", "FIPS 180-4, \"abc\"", "", "616263",
	 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"HMAC-SHA-256", "RFC 4231, test case 1", // its key of 20 bytes, padded as HMAC does
	 "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b000000000000000000000000", "4869205468657265",
	 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
};

static const struct {
	const char *algorithm, *source, *secret, *salt, *info, *out;
	uint32_t iterations;
	uint64_t memory;
} kdfs[] = {
	{"HKDF-SHA-256", "RFC 5869 A.1", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
	 "f0f1f2f3f4f5f6f7f8f9", "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
	 0, 0},
	{"PBKDF2-SHA-256", "RFC 7914 11", "706173737764", "73616c74", "",
	 "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef31"
	 "7c71b845b1e30bd509112041d3a19783",
	 1, 0},
	// The example of RFC 9106 has four lanes, a key and associated data, which engine.h has not.
	{"Argon2id", "the authors' reference implementation", "70617373776f7264", "736f6d6573616c74", "",
	 "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe", 2, 256 << 10},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// ---- Bytes from text ----

static unsigned nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

struct bytes bytes_of(const char *hex)
{
	size_t len = hex != NULL ? strlen(hex) / 2 : 0;
	struct bytes bytes = {bench_calloc(1, len + 1), len};
	for (size_t i = 0; i < len; i++)
		bytes.data[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
	return bytes;
}

struct bytes bytes_of_base64(const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct bytes bytes = {bench_calloc(1, text != NULL ? strlen(text) + 1 : 1), 0};
	uint32_t window = 0;
	for (unsigned n_bits = 0; text != NULL && *text != '\0' && *text != '='; text++) {
		window = window << 6 | (uint32_t)(strchr(digits, *text) - digits);
		n_bits += 6;
		if (n_bits >= 8)
			bytes.data[bytes.len++] = (uint8_t)(window >> (n_bits -= 8));
	}
	return bytes;
}

// ---- Symmetric ----

static const char *last_error(const struct check *check, struct lane_engine_object *object)
{
	return check->engine->engine->last_error(object);
}

static void try_aead(struct check *check, size_t number)
{
	struct lane_engine_object *object = check_object(check);
	const struct lane_engine_aead *aead = (const void *)check->item;
	struct bytes key = bytes_of(aeads[number].key), nonce = bytes_of(aeads[number].nonce);
	struct bytes aad = bytes_of(aeads[number].aad), in = bytes_of(aeads[number].in);
	struct bytes out = bytes_of(aeads[number].out), tag = bytes_of(aeads[number].tag);
	uint8_t *got = bench_calloc(1, in.len + 1), got_tag[64];
	void *k = NULL;
	int any_nonce = (aead->capabilities & LANE_ENGINE_ANY_NONCE) != 0 && nonce.len >= aead->nonce_min &&
			nonce.len <= aead->nonce_max;
	int any_tag = (aead->capabilities & LANE_ENGINE_TRUNCATED) != 0 && tag.len >= aead->tag_min;
	if (object != NULL && (nonce.len == aead->nonce_len || any_nonce) && (tag.len == aead->tag_len || any_tag)) {
		struct lane_engine_message m = {.out = got,
						.in = in.data,
						.len = in.len,
						.nonce = nonce.data,
						.nonce_len = nonce.len,
						.aad = aad.data,
						.aad_len = aad.len,
						.tag = got_tag,
						.tag_len = tag.len};
		int status = aead->key_new(object, aead, key.data, key.len, tag.len, &k);
		if (status == LANE_ENGINE_OK)
			status = aead->seal(k, &m, 1);
		check_that(check, status == LANE_ENGINE_OK, "%s: %s", aeads[number].source, last_error(check, object));
		check_that(check, memcmp(got, out.data, out.len) == 0, "%s: wrong ciphertext", aeads[number].source);
		check_that(check, memcmp(got_tag, tag.data, tag.len) == 0, "%s: wrong tag", aeads[number].source);
		m.in = out.data;
		m.tag = tag.data;
		if (k != NULL)
			check_that(check, aead->open(k, &m, 1) == LANE_ENGINE_OK && memcmp(got, in.data, in.len) == 0,
				   "%s: does not open", aeads[number].source);
		if (k != NULL)
			aead->key_free(k);
	}
	free(got);
	free(key.data);
	free(nonce.data);
	free(aad.data);
	free(in.data);
	free(out.data);
	free(tag.data);
}

static void try_cipher(struct check *check, size_t number)
{
	struct lane_engine_object *object = check_object(check);
	const struct lane_engine_cipher *cipher = (const void *)check->item;
	struct bytes key = bytes_of(ciphers[number].key), iv = bytes_of(ciphers[number].iv);
	struct bytes in = bytes_of(ciphers[number].in), out = bytes_of(ciphers[number].out);
	uint8_t *got = bench_calloc(1, in.len);
	void *k;
	if (object != NULL) {
		int status = cipher->key_new(object, cipher, key.data, key.len, &k);
		if (status == LANE_ENGINE_OK) {
			status = cipher->encrypt(k, iv.data, got, in.data, in.len);
			cipher->key_free(k);
		}
		check_that(check, status == LANE_ENGINE_OK && memcmp(got, out.data, out.len) == 0, "%s: %s",
			   ciphers[number].source,
			   status == LANE_ENGINE_OK ? "wrong ciphertext" : last_error(check, object));
	}
	free(got);
	free(key.data);
	free(iv.data);
	free(in.data);
	free(out.data);
}

static void try_mac(struct check *check, size_t number)
{
	struct lane_engine_object *object = check_object(check);
	const struct lane_engine_mac *mac = (const void *)check->item;
	struct bytes key = bytes_of(macs[number].key), in = bytes_of(macs[number].in), tag = bytes_of(macs[number].tag);
	uint8_t got[64] = {0};
	void *k;
	if (object != NULL) {
		int status = mac->key_new(object, mac, key.data, key.len, &k);
		if (status == LANE_ENGINE_OK) {
			status = mac->compute(k, got, in.data, in.len);
			mac->key_free(k);
		}
		check_that(check, status == LANE_ENGINE_OK && memcmp(got, tag.data, tag.len) == 0, "%s: %s",
			   macs[number].source, status == LANE_ENGINE_OK ? "wrong tag" : last_error(check, object));
	}
	free(key.data);
	free(in.data);
	free(tag.data);
}

static void try_kdf(struct check *check, size_t number)
{
	struct lane_engine_object *object = check_object(check);
	const struct lane_engine_kdf *kdf = (const void *)check->item;
	struct bytes secret = bytes_of(kdfs[number].secret), salt = bytes_of(kdfs[number].salt);
	struct bytes info = bytes_of(kdfs[number].info), out = bytes_of(kdfs[number].out);
	uint8_t *got = bench_calloc(1, out.len);
	if (object != NULL) {
		const struct lane_engine_kdf_input input = {.struct_size = sizeof(input),
							    .iterations = kdfs[number].iterations,
							    .memory = kdfs[number].memory,
							    .secret = secret.data,
							    .secret_len = secret.len,
							    .salt = salt.data,
							    .salt_len = salt.len,
							    .info = info.data,
							    .info_len = info.len};
		int status = kdf->derive(object, kdf, &input, got, out.len);
		if (status != LANE_ENGINE_UNSUPPORTED) // libsodium's Argon2id takes no salt of 8 bytes
			check_that(check, status == LANE_ENGINE_OK && memcmp(got, out.data, out.len) == 0, "%s: %s",
				   kdfs[number].source,
				   status == LANE_ENGINE_OK ? "wrong key" : last_error(check, object));
	}
	free(got);
	free(secret.data);
	free(salt.data);
	free(info.data);
	free(out.data);
}

// ---- Public keys ----

// Imports the answer's private or public key; NULL where there is none or the engine imports none.
static void *import_key(struct check *check, struct lane_engine_object *object, const struct known_pk *known,
			int private)
{
	const struct lane_engine_pk *pk = (const void *)check->item;
	const char *hex = private ? known->private_key : known->public_key;
	void *key = NULL;
	if (hex == NULL || (private ? pk->import_private : pk->import_public) == NULL)
		return NULL;
	struct bytes der = bytes_of(hex);
	int status = (private ? pk->import_private : pk->import_public)(object, pk, der.data, der.len, &key);
	free(der.data);
	return check_that(check, status == LANE_ENGINE_OK, "%s: %s key not imported: %s", known->source,
			  private ? "private" : "public", last_error(check, object))
		       ? key
		       : NULL;
}

static void try_pk(struct check *check, const struct known_pk *known)
{
	enum { cap = 1024 };
	struct lane_engine_object *object = check_object(check);
	const struct lane_engine_pk *pk = (const void *)check->item;
	if (object == NULL)
		return;
	struct bytes message = bytes_of(known->message), signature = bytes_of(known->signature);
	struct bytes ciphertext = bytes_of(known->ciphertext), peer = bytes_of(known->peer),
		     secret = bytes_of(known->secret);
	void *private = import_key(check, object, known, 1), *public = import_key(check, object, known, 0);
	uint8_t got[cap];
	size_t len = 0;
	if (public != NULL && signature.len > 0) {
		int status = pk->verify(public, signature.data, signature.len, message.data, message.len);
		check_that(check, status == LANE_ENGINE_OK, "%s: signature not accepted", known->source);
	}
	if (private != NULL && known->deterministic) {
		int status = pk->sign(private, got, cap, &len, message.data, message.len);
		check_that(check,
			   status == LANE_ENGINE_OK && len == signature.len && memcmp(got, signature.data, len) == 0,
			   "%s: wrong signature", known->source);
	}
	if (private != NULL && ciphertext.len > 0) {
		int status = pk->decrypt(private, got, cap, &len, ciphertext.data, ciphertext.len);
		check_that(check, status == LANE_ENGINE_OK && len == message.len && memcmp(got, message.data, len) == 0,
			   "%s: wrong plaintext", known->source);
	}
	if (private != NULL && secret.len > 0) {
		int status = pk->derive(private, peer.data, peer.len, got, cap, &len);
		check_that(check, status == LANE_ENGINE_OK && len == secret.len && memcmp(got, secret.data, len) == 0,
			   "%s: wrong secret", known->source);
	}
	if (private != NULL)
		pk->key_free(private);
	if (public != NULL)
		pk->key_free(public);
	free(message.data);
	free(signature.data);
	free(ciphertext.data);
	free(peer.data);
	free(secret.data);
}

void verify_known_answers(struct contest *contest)
{
	for (size_t c = 0; c < contest->n; c++) {
		struct check *check = &contest->checks[c];
		for (size_t i = 0; contest->kind == ITEM_AEAD && i < COUNT(aeads); i++)
			if (strcasecmp(aeads[i].algorithm, contest->algorithm) == 0)
				try_aead(check, i);
		for (size_t i = 0; contest->kind == ITEM_CIPHER && i < COUNT(ciphers); i++)
			if (strcasecmp(ciphers[i].algorithm, contest->algorithm) == 0)
				try_cipher(check, i);
		for (size_t i = 0; contest->kind == ITEM_MAC && i < COUNT(macs); i++)
			if (strcasecmp(macs[i].algorithm, contest->algorithm) == 0)
				try_mac(check, i);
		for (size_t i = 0; contest->kind == ITEM_KDF && i < COUNT(kdfs); i++)
			if (strcasecmp(kdfs[i].algorithm, contest->algorithm) == 0)
				try_kdf(check, i);
		for (size_t i = 0; contest->kind == ITEM_PK && known_pks[i].algorithm != NULL; i++)
			if (strcasecmp(known_pks[i].algorithm, contest->algorithm) == 0)
				try_pk(check, &known_pks[i]);
	}
}
