# AES-CTR. Best first.
lane_kernel(aes_ctr portable)
list(APPEND lane_family_sources aes_ctr/aes_ctr.c)
