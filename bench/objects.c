// SPDX-License-Identifier: MIT
// Engine objects, one for each engine and thread, and what verify said of each
// implementation.

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "objects.h"

struct object {
	struct object *next;
	const struct lane_loaded_engine *engine;
	pthread_t thread;
	struct lane_engine_object *object; // NULL: create failed
	char reason[256];
};

struct mark {
	struct mark *next;
	const void *item;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct object *objects;
static struct mark *marks;

void (*bench_on_engine)(void);

struct lane_engine_object *bench_engine(const struct lane_loaded_engine *engine, const char **reason)
{
	struct object *o;
	if (bench_on_engine != NULL)
		bench_on_engine();
	pthread_mutex_lock(&lock);
	for (o = objects; o != NULL && !(o->engine == engine && pthread_equal(o->thread, pthread_self())); o = o->next)
		;
	pthread_mutex_unlock(&lock);
	if (o == NULL) {
		o = bench_calloc(1, sizeof(*o));
		o->engine = engine;
		o->thread = pthread_self();
		if (engine->engine->create(&o->object, o->reason, sizeof(o->reason)) != LANE_ENGINE_OK)
			o->object = NULL;
		pthread_mutex_lock(&lock);
		o->next = objects;
		objects = o;
		pthread_mutex_unlock(&lock);
	}
	if (reason != NULL)
		*reason = o->object == NULL ? o->reason : NULL;
	return o->object;
}

void bench_engines_destroy(void)
{
	while (objects != NULL) {
		struct object *o = objects;
		objects = o->next;
		if (o->object != NULL)
			o->engine->engine->destroy(o->object);
		free(o);
	}
	while (marks != NULL) {
		struct mark *m = marks;
		marks = m->next;
		free(m);
	}
}

void bench_mark_verified(const void *item)
{
	struct mark *m = bench_calloc(1, sizeof(*m));
	m->item = item;
	pthread_mutex_lock(&lock);
	m->next = marks;
	marks = m;
	pthread_mutex_unlock(&lock);
}

int bench_is_verified(const void *item)
{
	pthread_mutex_lock(&lock);
	const struct mark *m = marks;
	while (m != NULL && m->item != item)
		m = m->next;
	pthread_mutex_unlock(&lock);
	return m != NULL;
}
