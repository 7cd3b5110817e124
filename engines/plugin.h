/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_PLUGIN_H
#define LANE_ENGINES_PLUGIN_H

/* One plug-in file, examined and brought into the host's shape. */

#include <stdbool.h>

#include "loader.h"

/* Loads the plug-in at path into *out, all members of which are set. A plug-in
 * that does not fit has engine NULL, a name made from the file's, and one line
 * of reason. Nothing that it says is believed before it is checked. */
void lane_plugin_load(struct lane_loaded_engine *out, const char *path);

/* An entry that is refused for a reason: sets name (of the file), path, reason. */
void lane_plugin_refuse(struct lane_loaded_engine *out, const char *path, const char *reason);

/* Frees what *out owns but the plug-in itself, which stays loaded. */
void lane_plugin_free(struct lane_loaded_engine *out);

/* A formatted line on the heap, fit for a terminal: at most 400 characters, '?'
 * for what is not printable ASCII. */
__attribute__((format(printf, 1, 2))) char *lane_line(const char *format, ...);

/* p, or the end of the process when p is NULL. */
void *lane_must(void *p);

#endif
