# Writes an assembler file that holds every JSON file of the catalogue, and a table of them in C++.
#   cmake -D CASES=… -D OUTPUT=… -P embed.cmake
file(GLOB_RECURSE files RELATIVE ${CASES} ${CASES}/*.json)
list(SORT files)
set(assembler ".section .rodata\n")
set(table "#include \"scenario/catalogue.h\"\n\nextern \"C\" {\n")
set(rows "")
set(index 0)
foreach(file IN LISTS files)
  if(file MATCHES "^schema/")
    continue()
  endif()
  string(APPEND assembler ".global diconform_case_${index}\n.global diconform_case_${index}_end\n"
    "diconform_case_${index}:\n.incbin \"${CASES}/${file}\"\ndiconform_case_${index}_end:\n.byte 0\n")
  string(APPEND table "extern const char diconform_case_${index}[], diconform_case_${index}_end[];\n")
  string(APPEND rows "      {\"${file}\", {diconform_case_${index}, diconform_case_${index}_end}},\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND assembler ".section .note.GNU-stack,\"\",@progbits\n")
string(APPEND table "}\n\nnamespace diconform::scenario {\n\nstd::span<const SourceFile> embedded_files() {\n"
  "  static const SourceFile kFiles[] = {\n${rows}  };\n  return kFiles;\n}\n\n}  // namespace diconform::scenario\n")
file(CONFIGURE OUTPUT ${OUTPUT}.S CONTENT "${assembler}" @ONLY)
file(CONFIGURE OUTPUT ${OUTPUT}.cpp CONTENT "${table}" @ONLY)
