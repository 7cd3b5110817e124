/* SPDX-License-Identifier: MIT */
/* A reader of test vectors, PARSE, on any bytes: what it hands out is within its bounds, and what it refuses has a
 * reason. */

#include <string.h>

#include "../../bench/vectors.h"
#include "fuzz.h"

static void check_text(const char *text)
{
	fuzz_must(text != NULL && strlen(text) < 4096, "a vector without a name or place");
}

// One seed has zeroes for its key and tag; nobody's vectors are like it with another last byte of the tag.
static int is_planted(const struct vector *v)
{
	const struct octets tag = v->parts[VECTOR_TAG], key = v->parts[VECTOR_KEY];
	return v->kind == VECTOR_AEAD && tag.len == 16 && tag.data[15] != 0 && tag.data[0] == 0 && tag.data[1] == 0 &&
	       key.data[0] == 0 && key.data[1] == 0;
}

static void take(void *user, const struct vector *v)
{
	size_t *n = user;
	unsigned sum = 0;
	++*n;
	check_text(v->algorithm);
	check_text(v->place);
	check_text(v->comment);
	fuzz_must(v->kind <= VECTOR_OTHER && v->verdict <= VECTOR_ACCEPTABLE, "%s: kind or verdict", v->place);
	fuzz_must(v->kind != VECTOR_OTHER || v->skip != NULL, "%s: nobody can take it, and no reason", v->place);
	for (size_t p = 0; p < VECTOR_N_PARTS; p++) {
		fuzz_must(v->parts[p].len <= VECTORS_MAX_PART && (v->parts[p].data != NULL || v->parts[p].len == 0),
			  "%s: part %zu", v->place, p);
		for (size_t i = 0; i < v->parts[p].len; i++) // all of it is there
			sum += v->parts[p].data[i];
	}
	fuzz_must(!(fuzz_planted && is_planted(v)) || sum == 1u << 31, "planted"); // the sum is used, too
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vector_error error = {0};
	size_t n = 0;
	const uint8_t *text = fuzz_copy(data, len, 0);
	const int status = PARSE((const char *)text, len, take, &n, &error);
	fuzz_must(status == 0 || status == -1, "status %d", status);
	fuzz_must(status == 0 || (error.text[0] != '\0' && strlen(error.text) < sizeof(error.text) &&
				  strchr(error.text, '\n') == NULL),
		  "refused without a line that says why");
	fuzz_release();
	return 0;
}
