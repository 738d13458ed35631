/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vectorize - include it first in a file whose loops run over rows: the
 * compiler makes vectors of them, whatever level the rest is built with.
 */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3")
#endif
