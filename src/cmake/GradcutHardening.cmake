# What makes a fault of memory harder to use: canaries on stacks, checked copies, addresses that
# nobody knows beforehand, tables that are read-only once the program runs, and marks where jumps may
# lead to. The test `supply` reads the built program for it. Sanitizers have their own.
if(GRADCUT_HARDEN AND NOT GRADCUT_SANITIZE)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection
                      "$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    add_compile_options(-fcf-protection=full)
  endif()
  add_link_options(LINKER:-z,relro,-z,now,-z,noexecstack)
endif()
