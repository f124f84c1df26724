#include "glasscape/app/verbs.hpp"
#include "glasscape/models/registry.hpp"

int main(int argc, char** argv) { return glasscape::app::main(argc, argv, glasscape::registry()); }
