#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glasscape {

/// Seconds in "90", "MM:SS", "HH:MM:SS" or "D-HH:MM:SS" (the forms SLURM uses); nothing for other text.
std::optional<double> parse_duration(std::string_view text);

/// "3.2 s", "4:05 min", "2:10:00 h", "3 d 4 h".
std::string format_duration(double seconds);

/// "1.5 MB" and the like, powers of ten.
std::string format_bytes(double bytes);

}  // namespace glasscape
