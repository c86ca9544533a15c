/* Entries of maps that are made when they are first asked for. */
#ifndef __MAPS_BPF_H
#define __MAPS_BPF_H

#include <bpf/bpf_helpers.h>

/* The value of a key; where there is none it is made as initial. NULL only if the map is full. */
static __always_inline void *
bpf_map_lookup_or_try_init(void *map, const void *key, const void *initial)
{
	void *value = bpf_map_lookup_elem(map, key);

	if (value)
		return value;
	/* Another CPU may be first: then its value is there as well. */
	bpf_map_update_elem(map, key, initial, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

#endif
