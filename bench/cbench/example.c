/* SPDX-License-Identifier: MIT */

/* How fast is memcpy, by length and by number of threads? Try --help. */

#include <cbench/cbench.h>
#include <string.h>

static char in[1 << 16];
static _Thread_local char out[1 << 16];

static void copy(struct cbench_state *state, void *user)
{
	size_t len = (size_t)cbench_arg(state, 0);
	while (cbench_keep_running(state)) {
		memcpy(out, user, len);
		cbench_do_not_optimize(out);
	}
	cbench_set_bytes_processed(state, cbench_iterations(state) * (int64_t)len);
}

int main(int argc, char **argv)
{
	if (cbench_initialize(&argc, argv) || cbench_report_unrecognized_arguments(argc, argv))
		return 2;
	struct cbench_case *c = cbench_register("memcpy", copy, in);
	cbench_add_range(c, 64, sizeof in);
	cbench_set_arg_names(c, &(const char *){"len"}, 1);
	cbench_add_thread_range(c, 1, 2);
	int64_t n = cbench_run(NULL);
	cbench_shutdown();
	return n > 0 ? 0 : 1;
}
