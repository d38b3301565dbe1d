# SPDX-License-Identifier: Apache-2.0
# Uniform targets: one library a room, thin programs, one QtTest program a test file.

find_program(FASTSTAR_CCACHE ccache)
if(FASTSTAR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${FASTSTAR_CCACHE}")
endif()
find_program(FASTSTAR_MOLD mold)

add_library(faststar_flags INTERFACE)
target_compile_options(faststar_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# ccache can only reuse precompiled headers that say what they contain.
target_compile_options(faststar_flags INTERFACE -fpch-preprocess)
target_include_directories(faststar_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(faststar_flags INTERFACE QT_NO_KEYWORDS)
if(FASTSTAR_STUDIO)
    target_compile_definitions(faststar_flags INTERFACE FASTSTAR_STUDIO=1)
endif()
if(FASTSTAR_SANITIZE)
    target_compile_options(faststar_flags INTERFACE "-fsanitize=${FASTSTAR_SANITIZE}"
        -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(faststar_flags INTERFACE "-fsanitize=${FASTSTAR_SANITIZE}")
endif()
if(FASTSTAR_MOLD)
    target_link_options(faststar_flags INTERFACE -fuse-ld=mold)
endif()

# faststar_library(<room> [TORCH] [PUBLIC <libs>...] [PRIVATE <libs>...])
# A static library faststar_<room> of every .cpp below the current folder.
function(faststar_library room)
    cmake_parse_arguments(ARG "TORCH;QT" "" "PUBLIC;PRIVATE" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "*.cpp" "*.h")
    if(NOT sources)
        add_library(faststar_${room} INTERFACE)
        return()
    endif()
    add_library(faststar_${room} STATIC ${sources})
    set_target_properties(faststar_${room} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(faststar_${room} PUBLIC faststar_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    if(ARG_QT)
        set_target_properties(faststar_${room} PROPERTIES AUTOMOC ON)
    endif()
    if(ARG_TORCH)
        target_link_libraries(faststar_${room} PRIVATE torch::cpu)
        if(FASTSTAR_PCH)
            target_precompile_headers(faststar_${room} REUSE_FROM faststar_torch_pch)
        endif()
    endif()
endfunction()

# faststar_tests(<room> [TORCH] LIBS <libs>...)
# Every tst_*.cpp of tests/<room> becomes a program and a CTest case <room>.<name>.
function(faststar_tests room)
    cmake_parse_arguments(ARG "TORCH" "" "LIBS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${room}/tst_*.cpp")
    foreach(source IN LISTS sources)
        get_filename_component(name "${source}" NAME_WE)
        string(REGEX REPLACE "^tst_" "" short "${name}")
        set(target "tst_${room}_${short}")
        add_executable(${target} "${source}")
        set_target_properties(${target} PROPERTIES AUTOMOC ON
            RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
        target_link_libraries(${target} PRIVATE faststar_flags faststar_test_support Qt6::Test ${ARG_LIBS})
        target_compile_definitions(${target} PRIVATE
            FASTSTAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}" FASTSTAR_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
        if(ARG_TORCH)
            target_link_libraries(${target} PRIVATE torch::cpu)
            if(FASTSTAR_PCH)
                target_precompile_headers(${target} REUSE_FROM faststar_torch_pch)
            endif()
        endif()
        add_test(NAME "${room}.${short}" COMMAND ${target})
        set_tests_properties("${room}.${short}" PROPERTIES
            LABELS "${room}" TIMEOUT 600
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;OMP_NUM_THREADS=2")
    endforeach()
endfunction()
