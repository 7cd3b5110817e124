/* SPDX-License-Identifier: MIT */
#ifndef LANE_RESULTS_REPORT_EMBED_H
#define LANE_RESULTS_REPORT_EMBED_H

/* Where the data goes in the page, once. */
#define REPORT_DATA_MARK "@DATA@"

/* The HTML page, style, scripts and charting library in it, with REPORT_DATA_MARK
 * in place of the data; NULL when this build could not get the library. */
const char *report_page(void);

#endif
