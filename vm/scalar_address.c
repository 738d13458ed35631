/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and prefixes: RFC 4291 in, RFC 5952 out. */
#include "vm/fault.h"
#include "vm/scalar.h"

#include <arpa/inet.h>
#include <stdio.h>

struct address {
	uint8_t bytes[16];
	unsigned size;		/* 4 or 16 */
};

static bool address_read(struct str text, struct address *address)
{
	char terminated[INET6_ADDRSTRLEN];

	if (text.length == 0 || text.length >= sizeof(terminated) ||
	    str_find(text, '\0') < text.length)
		return false;
	memcpy(terminated, text.at, text.length);
	terminated[text.length] = '\0';
	address->size = str_find(text, ':') < text.length ? 16 : 4;
	return inet_pton(address->size == 16 ? AF_INET6 : AF_INET, terminated,
	    address->bytes) == 1;
}

static unsigned address_group(const struct address *address, unsigned i)
{
	return (unsigned)address->bytes[(size_t)2 * i] << 8 |
	    address->bytes[(size_t)2 * i + 1];
}

/* The longest run of at least two zero groups, the first of equal ones. */
static void longest_zeros(const struct address *address, unsigned *start,
    unsigned *end)
{
	*start = *end = 8;
	for (unsigned i = 0, j; i < 8; i = j + 1) {
		for (j = i; j < 8 && address_group(address, j) == 0; j++)
			;
		if (j - i >= 2 && j - i > *end - *start) {
			*start = i;
			*end = j;
		}
	}
}

static struct str address_text_6(struct arena *arena, const struct address *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char out[INET6_ADDRSTRLEN];
	size_t length = 0;
	unsigned start, end;

	if (memcmp(a->bytes, mapped, sizeof(mapped)) == 0)
		return arena_printf(arena, "::ffff:%u.%u.%u.%u", a->bytes[12],
		    a->bytes[13], a->bytes[14], a->bytes[15]);
	longest_zeros(a, &start, &end);
	for (unsigned i = 0; i < 8; i++) {
		if (i == start) {
			length += (size_t)snprintf(out + length,
			    sizeof(out) - length, "::");
			i = end - 1;
			continue;
		}
		length += (size_t)snprintf(out + length, sizeof(out) - length,
		    "%s%x", i > 0 && i != end ? ":" : "", address_group(a, i));
	}
	return arena_copy(arena, (struct str){ out, length });
}

static struct str address_text(struct arena *arena, const struct address *a)
{
	if (a->size == 4)
		return arena_printf(arena, "%u.%u.%u.%u", a->bytes[0],
		    a->bytes[1], a->bytes[2], a->bytes[3]);
	return address_text_6(arena, a);
}

bool scalar_canonical_ip(struct arena *arena, struct str text,
    struct str *canonical)
{
	struct address address;

	if (!address_read(text, &address))
		return false;
	/* inet_pton takes no other spelling of four bytes than this one. */
	*canonical = address.size == 4 ? arena_copy(arena, text) :
	    address_text(arena, &address);
	return true;
}

/* The bits of A from number FROM on, up to where B differs: all of them, when
 * B is NULL, must be zero. */
static bool bits_match(const struct address *a, const struct address *b,
    unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		unsigned mask = 0x80u >> (i & 7);
		unsigned other = b ? b->bytes[i >> 3] : 0;

		if ((a->bytes[i >> 3] & mask) != (other & mask))
			return false;
	}
	return true;
}

static bool net_read(struct str text, struct address *address, unsigned *bits)
{
	size_t slash = str_find(text, '/');
	int64_t length;

	if (slash == text.length ||
	    !address_read(str_slice(text, 0, slash), address) ||
	    !scalar_read_int(str_slice(text, slash + 1, text.length), &length) ||
	    length < 0 || length > 8 * (int64_t)address->size)
		return false;
	*bits = (unsigned)length;
	return true;
}

bool scalar_canonical_net(struct arena *arena, struct str text,
    struct str *canonical)
{
	struct address address;
	struct str host;
	unsigned bits;

	if (!net_read(text, &address, &bits) ||
	    !bits_match(&address, NULL, bits, 8 * address.size))
		return false;
	host = address_text(arena, &address);
	*canonical = arena_printf(arena, "%.*s/%u", STR_ARG(host), bits);
	return true;
}

bool scalar_in_net(struct str ip, struct str net)
{
	struct address address, prefix;
	unsigned bits;

	return address_read(ip, &address) && net_read(net, &prefix, &bits) &&
	    address.size == prefix.size &&
	    bits_match(&address, &prefix, 0,
	    fault_is(FAULT_SCALAR_NET) ? bits / 8 * 8 : bits);
}
