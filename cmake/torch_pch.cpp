// SPDX-License-Identifier: Apache-2.0
// Gives the precompiled header an owner.
