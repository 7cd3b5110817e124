# AES-GCM. Best first.
lane_kernel(aes_gcm portable)
list(APPEND lane_family_sources aes_gcm/aes_gcm.c primitives.c)
