# SPDX-License-Identifier: MIT
# lane-stopwatch: cbench, and on it rounds, medians and the core clock.
if(TARGET cbench)
  add_library(lane-stopwatch STATIC ${CMAKE_CURRENT_LIST_DIR}/stopwatch.c ${CMAKE_CURRENT_LIST_DIR}/core_clock.c
    ${CMAKE_CURRENT_LIST_DIR}/estimate.c)
  target_include_directories(lane-stopwatch PUBLIC ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(lane-stopwatch PUBLIC cbench PRIVATE lane-warnings m)
endif()
