/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_ENERGY_H
#define LANE_BENCH_ENERGY_H

/*
 * Energy by RAPL, the processor's own meter, as Linux shows it below /sys/class/powercap: of the whole package, all
 * its cores and what idles included. Most virtual machines have none, and since 2020 only root may read it.
 */

struct energy_meter {
	int n;                      /* packages */
	char paths[8][160];         /* of their counters */
	unsigned long long wrap[8]; /* a counter begins again after this many microjoules */
	char reason[160];           /* why n is 0 */
};

#define ENERGY_ROOT "/sys/class/powercap"

/* Finds what can be read below root; -1, with the reason, when nothing can. */
int energy_open(struct energy_meter *meter, const char *root);

/* The counters now, in microjoules; -1 when one can't be read any more. */
int energy_read(const struct energy_meter *meter, unsigned long long now[8]);

/* Joules between two readings; right while no counter went round twice. */
double energy_between(const struct energy_meter *meter, const unsigned long long from[8],
		      const unsigned long long to[8]);

#endif
