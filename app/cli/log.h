// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace faststar::cli
{

// Sends the libraries' log to stderr: warnings, and with --verbose everything.
void routeLog(int argc, const char *const *argv);

} // namespace faststar::cli
