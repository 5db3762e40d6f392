# find_package(diconform): our fuzz targets for your code. Works from a checkout
# (-Ddiconform_DIR=PATH/TO/diconform/fuzz) and from where `cmake --install` put it.
#
#   diconform_add_fuzz_targets(NAME SOURCES adapter.c [LIBRARIES my_gateway])
#
# makes NAME_body_json, NAME_form_query and NAME_image_id over the two functions of fuzz/adapter.h. Compiled with
# clang they are libFuzzer binaries with ASan and UBSan; give what you link -fsanitize=fuzzer-no-link,address too, or
# the fuzzer is blind in it. With DICONFORM_FUZZING_ENGINE set (an AFL++ driver, $LIB_FUZZING_ENGINE) that is linked;
# with another compiler the targets replay files. DICONFORM_FUZZ_DATA holds corpus/, regressions/ and diconform.dict.
set(DICONFORM_FUZZ_DATA ${CMAKE_CURRENT_LIST_DIR})
set(diconform_user_targets image_id body_json form_query)

function(diconform_add_fuzz_targets name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LIBRARIES")
  set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  separate_arguments(engine UNIX_COMMAND "${DICONFORM_FUZZING_ENGINE}")
  set(flags "")
  if(NOT engine AND CMAKE_CXX_COMPILER_ID MATCHES Clang AND NOT DICONFORM_REPLAY_ONLY)
    set(engine -fsanitize=fuzzer)
    set(flags -fsanitize=address,undefined -fno-sanitize-recover=all)
    set(compile_flags -fsanitize=fuzzer-no-link -g1)
  endif()
  if(NOT engine)
    set(engine ${name}_replay)
    add_library(${engine} OBJECT ${here}/replay_main.cpp)
    target_include_directories(${engine} PRIVATE ${here})
    target_compile_features(${engine} PRIVATE cxx_std_20)
  endif()
  add_library(${name}_oracles STATIC ${ARG_SOURCES}
    ${here}/json_tree.cpp ${here}/json_mutator.cpp ${here}/naive_decoder.cpp)
  target_include_directories(${name}_oracles PUBLIC ${here})
  target_compile_features(${name}_oracles PUBLIC cxx_std_20)
  target_compile_options(${name}_oracles PUBLIC ${flags} ${compile_flags})
  target_link_options(${name}_oracles PUBLIC ${flags})
  target_link_libraries(${name}_oracles PUBLIC ${ARG_LIBRARIES})
  foreach(target ${diconform_user_targets})
    add_executable(${name}_${target} ${here}/targets/${target}.cpp)
    target_link_libraries(${name}_${target} PRIVATE ${name}_oracles ${engine})
  endforeach()
endfunction()
