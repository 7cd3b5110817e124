// SPDX-License-Identifier: MIT
// A flight of a plug-in's: any records, and any messages told of.
//
// Byte 0: which side, and what is settled already; then messages, each after two bytes of length; the rest is records.

#include <string.h>

#include "../../bench/trace.h"
#include "fuzz.h"

enum { most_messages = 8 };

static void check(const struct trace_flight *flight, const struct tls_settled *settled)
{
	fuzz_must(flight->n_messages <= TRACE_MESSAGES && flight->n_learns <= TRACE_LEARNS, "too many");
	for (size_t i = 0; i < flight->n_messages; i++) {
		const struct trace_message *m = &flight->messages[i];
		fuzz_must(m->text.name != NULL && m->text.n <= TLS_TEXT_LINES, "no name, or too many lines");
		for (size_t k = 0; k < m->text.n; k++)
			fuzz_must(memchr(m->text.lines[k], '\0', TLS_TEXT_CAP) != NULL, "a line without end");
		fuzz_must(memchr(m->keys, '\0', TRACE_KEYS_CAP) != NULL, "keys without end");
	}
	fuzz_must(!(fuzz_planted && settled->retry), "planted");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct trace_flight flight, taker;
	struct input in = {data, len};
	const uint8_t choices = input_byte(&in);
	struct tls_settled settled = {.version = (const uint32_t[]){0, 0x0303, 0x0304, 0x0304}[choices >> 1 & 3],
				      .suite = (const uint16_t[]){0x1301, 0x009c, 0x009e, 0xc02f}[choices >> 3 & 3]};
	struct trace_told told[most_messages];
	size_t n = 0;
	int keys_changed = choices >> 5 & 1;
	while (in.left > 2 && n < most_messages) {
		size_t size = (size_t)input_byte(&in) << 8;
		size |= input_byte(&in);
		if (size > in.left)
			size = in.left;
		told[n++] = (struct trace_told){fuzz_copy(in.at, size, 0), size};
		in.at += size;
		in.left -= size;
	}
	const uint8_t *records = fuzz_copy(in.at, in.left, 0);
	flight = (struct trace_flight){.side = choices & 1};
	taker = (struct trace_flight){.side = !(choices & 1)};
	trace_flight_read(&flight, &settled, &keys_changed, records, in.left, told, n);
	trace_flight_learn(&taker, &settled, told, n);
	check(&flight, &settled);
	check(&taker, &settled);
	fuzz_release();
	return 0;
}
