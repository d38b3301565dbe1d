# SPDX-License-Identifier: Apache-2.0
# Uniform targets: one library a room, thin programs, one QtTest program a test file.

find_program(FASTSTAR_CCACHE ccache)
if(FASTSTAR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # What ccache's manual asks for with precompiled headers, which are written just before their use.
    set(CMAKE_CXX_COMPILER_LAUNCHER env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${FASTSTAR_CCACHE}")
endif()
find_program(FASTSTAR_MOLD mold)

add_library(faststar_flags INTERFACE)
target_compile_options(faststar_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# The same code model for libraries and programs: a precompiled header serves one only.
target_compile_options(faststar_flags INTERFACE -fPIC)
if(FASTSTAR_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ccache can only reuse what was compiled with precompiled headers that say what they contain.
    target_compile_options(faststar_flags INTERFACE -fpch-preprocess)
endif()
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

# What the tests run under. LibTorch, Qt and FFmpeg are not instrumented: what they never free at exit
# is listed in tests/sanitizers; leaks of ours stay visible.
set(faststar_test_environment
    QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/sanitizers/lsan.txt:print_suppressions=0"
    "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/sanitizers/tsan.txt:halt_on_error=1"
    "UBSAN_OPTIONS=print_stacktrace=1")

# faststar_library(<room> [TORCH] [QT] [PUBLIC <libs>...] [PRIVATE <libs>...])
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
# Every tst_*.cpp of tests/<room> becomes a program and a CTest case <room>.<name>, labelled with the
# room; the target tests_<room> builds all of them.
function(faststar_tests room)
    cmake_parse_arguments(ARG "TORCH" "" "LIBS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${room}/tst_*.cpp")
    add_custom_target(tests_${room})
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
        add_dependencies(tests_${room} ${target})
        add_test(NAME "${room}.${short}" COMMAND ${target})
        set_tests_properties("${room}.${short}" PROPERTIES
            LABELS "${room}" TIMEOUT 600 ENVIRONMENT "${faststar_test_environment}")
    endforeach()
endfunction()
