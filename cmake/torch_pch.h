// SPDX-License-Identifier: Apache-2.0
// The headers that nearly every LibTorch file of ours needs. Sources still include what they use,
// so that a build without precompiled headers works too.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>
