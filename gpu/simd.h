// SPDX-License-Identifier: Apache-2.0
//
// One function, several instruction sets: the loader picks the clone this processor can run, so the
// programs need no -march and still use wide vectors. The resolvers run before a sanitizer's runtime is
// ready, hence plain functions there.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) &&      \
    !defined(__SANITIZE_ADDRESS__)
#define FASTSTAR_SIMD_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FASTSTAR_SIMD_CLONES
#endif
