# SPDX-License-Identifier: Apache-2.0
# Imported targets for the LibTorch inside the torch wheel that setup.sh unpacked:
#   torch::cpu  - libtorch_cpu + libc10, all that the programs link
# The wheel's own TorchConfig.cmake would add global flags and a second CUDA toolkit.
file(GLOB faststar_torch_candidates "${FASTSTAR_DEPS}/venv/lib/python3*/site-packages/torch")
list(LENGTH faststar_torch_candidates faststar_torch_count)
if(NOT faststar_torch_count EQUAL 1)
    message(FATAL_ERROR "LibTorch was not found below ${FASTSTAR_DEPS}. Run ./setup.sh first.")
endif()
list(GET faststar_torch_candidates 0 FASTSTAR_TORCH_ROOT)

add_library(torch::c10 SHARED IMPORTED)
set_target_properties(torch::c10 PROPERTIES
    IMPORTED_LOCATION "${FASTSTAR_TORCH_ROOT}/lib/libc10.so"
    IMPORTED_NO_SONAME ON)
target_include_directories(torch::c10 SYSTEM INTERFACE
    "${FASTSTAR_TORCH_ROOT}/include" "${FASTSTAR_TORCH_ROOT}/include/torch/csrc/api/include")

add_library(torch::cpu SHARED IMPORTED)
set_target_properties(torch::cpu PROPERTIES IMPORTED_LOCATION "${FASTSTAR_TORCH_ROOT}/lib/libtorch_cpu.so")
target_link_libraries(torch::cpu INTERFACE torch::c10)
target_link_options(torch::cpu INTERFACE "-Wl,-rpath-link,${FASTSTAR_TORCH_ROOT}/lib")

# One owner of the precompiled LibTorch headers; every TORCH target reuses it.
if(FASTSTAR_PCH)
    add_library(faststar_torch_pch STATIC "${CMAKE_SOURCE_DIR}/cmake/torch_pch.cpp")
    target_link_libraries(faststar_torch_pch PRIVATE faststar_flags torch::cpu)
    target_precompile_headers(faststar_torch_pch PRIVATE "${CMAKE_SOURCE_DIR}/cmake/torch_pch.h")
endif()
