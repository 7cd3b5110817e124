/* SPDX-License-Identifier: MIT */
/* An AEAD's batches, one message after the other. The file that includes this defines NAME(x) as lane_<algorithm>_x. */

enum lane_status NAME(seal_batch)(const struct NAME(ctx) * ctx, struct lane_aead_message *messages, size_t n_messages)
{
	enum lane_status first = LANE_OK;
	if (!messages && n_messages > 0)
		return LANE_ERR_NULL;
	for (size_t i = 0; i < n_messages; i++) {
		struct lane_aead_message *m = &messages[i];
		m->status = NAME(seal)(ctx, m->out, m->tag, m->tag_len, m->nonce, m->nonce_len, m->aad, m->aad_len,
				       m->in, m->len);
		if (first == LANE_OK)
			first = m->status;
	}
	return first;
}

enum lane_status NAME(open_batch)(const struct NAME(ctx) * ctx, struct lane_aead_message *messages, size_t n_messages)
{
	enum lane_status first = LANE_OK;
	if (!messages && n_messages > 0)
		return LANE_ERR_NULL;
	for (size_t i = 0; i < n_messages; i++) {
		struct lane_aead_message *m = &messages[i];
		m->status = NAME(open)(ctx, m->out, m->nonce, m->nonce_len, m->aad, m->aad_len, m->in, m->len, m->tag,
				       m->tag_len);
		if (first == LANE_OK)
			first = m->status;
	}
	return first;
}
