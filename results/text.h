/* SPDX-License-Identifier: MIT */
#ifndef LANE_RESULTS_TEXT_H
#define LANE_RESULTS_TEXT_H

/*
 * Text that comes from files, plug-ins and command lines, made fit for a
 * terminal: UTF-8 without control characters, so that no file can move the
 * cursor, change colours or reverse the reading direction.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The character at s and its length in bytes; what is not valid UTF-8 reads as
 * U+FFFD of length 1. *len is 0 at the end of the string. */
uint32_t text_next(const char *s, size_t *len);

/* C0 and C1 controls, DEL, line separators, and what steers reading direction. */
int text_is_control(uint32_t character);

/* 1 when s holds no control character and is valid UTF-8. */
int text_is_clean(const char *s);

/* A copy (malloc) in which whatever is not fit to be printed is a '?'. */
char *text_cleaned(const char *s);

/* Whether both are the same text, or both NULL. */
int text_same(const char *a, const char *b);

/* Columns that s takes on a terminal, one for each character. */
size_t text_width(const char *s);

#endif
