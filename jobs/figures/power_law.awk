# Fits threshold = A x^s to a table of `glasscape threshold` by weighted least squares in logarithms, x its first column:
#   awk -F, -f power_law.awk TABLE.csv      prints s, its standard error, A, chi squared, degrees of freedom
NR == 1 {
  for (i = 1; i <= NF; ++i) column[$i] = i
  next
}
$column["crossings"] > 0 {
  x = log($1)
  y = log($column["threshold"])
  weight = ($column["threshold"] / $column["threshold_error"]) ^ 2
  sum += weight; sum_x += weight * x; sum_y += weight * y
  sum_xx += weight * x * x; sum_xy += weight * x * y; sum_yy += weight * y * y
  ++points
}
END {
  if (points < 2) exit 1
  spread = sum_xx - sum_x ^ 2 / sum
  slope = (sum_xy - sum_x * sum_y / sum) / spread
  intercept = (sum_y - slope * sum_x) / sum
  chi_square = sum_yy - intercept * sum_y - slope * sum_xy
  printf "%.3f %.3f %.4g %.2f %d\n", slope, 1 / sqrt(spread), exp(intercept), chi_square, points - 2
}
