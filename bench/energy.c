// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "energy.h"

enum { max_packages = 8 };

static int read_number(const char *path, unsigned long long *number)
{
	FILE *in = fopen(path, "re");
	if (in == NULL)
		return -1;
	int bad = fscanf(in, "%llu", number) != 1;
	fclose(in);
	return bad ? -1 : 0;
}

int energy_open(struct energy_meter *meter, const char *root)
{
	*meter = (struct energy_meter){0};
	snprintf(meter->reason, sizeof(meter->reason), "this machine shows no RAPL meter");
	for (int package = 0; package < max_packages; package++) {
		char *path = meter->paths[meter->n], range[192];
		unsigned long long now;
		int len = snprintf(path, sizeof(meter->paths[0]), "%s/intel-rapl:%d/energy_uj", root, package);
		if (len < 0 || (size_t)len >= sizeof(meter->paths[0]))
			break;
		errno = 0;
		if (read_number(path, &now) != 0) {
			if (errno == EACCES)
				snprintf(meter->reason, sizeof(meter->reason), "only root may read the RAPL meter");
			continue;
		}
		snprintf(range, sizeof(range), "%s/intel-rapl:%d/max_energy_range_uj", root, package);
		if (read_number(range, &meter->wrap[meter->n]) == 0 && meter->wrap[meter->n] > 0)
			meter->n++;
	}
	return meter->n > 0 ? 0 : -1;
}

int energy_read(const struct energy_meter *meter, unsigned long long now[8])
{
	for (int i = 0; i < meter->n; i++)
		if (read_number(meter->paths[i], &now[i]) != 0)
			return -1;
	return 0;
}

double energy_between(const struct energy_meter *meter, const unsigned long long from[8],
		      const unsigned long long to[8])
{
	double joules = 0;
	for (int i = 0; i < meter->n; i++)
		joules += 1e-6 * (double)(to[i] >= from[i] ? to[i] - from[i] : to[i] + meter->wrap[i] - from[i]);
	return joules;
}
