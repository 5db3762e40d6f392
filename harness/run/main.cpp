#include "run/options.h"

int main(int argc, char** argv) { return diconform::run::run_command_line(argc, argv); }
