# SPDX-License-Identifier: Apache-2.0
# cmake -DSOURCE=<dir> -DOUTPUT=<header> -P Commit.cmake
# Writes the commit that is built into a header, only where it changed, so that little is compiled again.
set(commit "")
find_program(git git)
if(git AND EXISTS "${SOURCE}/.git")
    execute_process(COMMAND "${git}" -C "${SOURCE}" describe --always --dirty --abbrev=12
        OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "// Written by the build.\n#define FASTSTAR_COMMIT \"@commit@\"\n" @ONLY)
