// SPDX-License-Identifier: MIT
#include "rivals.h"

#include <string.h>
#include <strings.h>

#include "fuzz.h"

enum { max_rivals = 64 };

static struct rivals list[max_rivals];
static size_t n_list;

static struct rivals *find(enum item_kind kind, const char *algorithm)
{
	for (size_t i = 0; i < n_list; i++)
		if (list[i].kind == kind && strcasecmp(list[i].algorithm, algorithm) == 0)
			return &list[i];
	return NULL;
}

static void enter(const struct lane_loaded_engine *engine, enum item_kind kind, const struct item *item)
{
	struct rivals *rivals = find(kind, item->algorithm);
	const size_t native = strcmp(engine->name, "native") == 0;
	if (item->unavailable != NULL || (rivals == NULL && native == 0))
		return;
	if (rivals == NULL) {
		fuzz_must(n_list < max_rivals, "more algorithms than there is room for");
		rivals = &list[n_list++];
		*rivals = (struct rivals){.kind = kind, .algorithm = item->algorithm};
	}
	fuzz_must(rivals->n < sizeof(rivals->all) / sizeof(rivals->all[0]), "%s: too many offer it", item->algorithm);
	struct lane_engine_object *object = bench_engine(engine, NULL);
	if (object == NULL)
		return;
	rivals->all[rivals->n++] = (struct implementation){engine, item, object};
	rivals->n_native += native;
}

void rivals_load(void)
{
	static const enum item_kind kinds[] = {ITEM_AEAD, ITEM_CIPHER, ITEM_MAC};
	static struct lane_loader *loader; // for good
	const struct lane_loaded_engine *engine;
	const struct item *item;
	loader = lane_loader_new();
	lane_loader_load(loader, LANE_BUILD_DIR);
	for (size_t e = 0; (engine = lane_loader_at(loader, e)) != NULL; e++) // native is the first
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			for (size_t i = 0; (item = item_at(engine, kinds[k], i)) != NULL; i++)
				enter(engine, kinds[k], item);
	fuzz_must(n_list > 0, "no engine `native` in " LANE_BUILD_DIR "/engines");
}

size_t rivals_count(void)
{
	return n_list;
}

const struct rivals *rivals_at(size_t i)
{
	return &list[i];
}

const char *rival_name(const struct implementation *who)
{
	static char text[2][100];
	static int turn;
	turn = !turn;
	return item_label(who->engine, who->item, text[turn], sizeof(text[turn]));
}
