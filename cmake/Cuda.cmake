# SPDX-License-Identifier: Apache-2.0
# The compiler of our own kernels: the toolkit that setup.sh --cuda installed, else the machine's. Without one
# everything else is built all the same, and devices run ATen's operations.
#   FASTSTAR_CUDA  whether the kernels are built
set(FASTSTAR_CUDA OFF)
# setup.sh --cuda may come later than the first configuration.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${FASTSTAR_DEPS}/libtorch.txt")
if(NOT CMAKE_CUDA_COMPILER)
    file(GLOB faststar_toolkits "${FASTSTAR_DEPS}/venv/lib/python3*/site-packages/nvidia/*/bin")
    find_program(FASTSTAR_NVCC nvcc HINTS ${faststar_toolkits} /usr/local/cuda/bin DOC "The CUDA compiler")
    if(FASTSTAR_NVCC AND NOT DEFINED ENV{CUDACXX})
        set(ENV{CUDACXX} "${FASTSTAR_NVCC}")
    endif()
endif()
# Named for each target below, because older CMakes know no 90a.
set(CMAKE_CUDA_ARCHITECTURES OFF)
if(CMAKE_CUDA_COMPILER OR FASTSTAR_NVCC OR DEFINED ENV{CUDACXX})
    include(CheckLanguage)
    check_language(CUDA)
endif()
if(CMAKE_CUDA_COMPILER)
    enable_language(CUDA)
    if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 12)
        message(STATUS "Kernels: not built, ${CMAKE_CUDA_COMPILER} is older than CUDA 12")
    else()
        set(FASTSTAR_CUDA ON)
        message(STATUS "Kernels: CUDA ${CMAKE_CUDA_COMPILER_VERSION}")
    endif()
    if(FASTSTAR_CCACHE AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
        set(CMAKE_CUDA_COMPILER_LAUNCHER "${FASTSTAR_CCACHE}")
    endif()
else()
    message(STATUS "Kernels: not built, there is no CUDA compiler (./setup.sh --cuda brings one)")
endif()
