#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glasscape {

/// The candidate nearest to a misspelt `word` (edit distance with transpositions), or empty where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean 'delta2'?" or, where nothing is near, "; allowed: a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace glasscape
